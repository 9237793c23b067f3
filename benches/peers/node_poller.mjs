// The poller that a Node user would write: imapflow, mailparser and BullMQ, batches of a hundred,
// flagged as seen once their jobs are in Redis. Takes what is unseen, then ends.
// usage: node node_poller.mjs MODULES USER    with IMAP_PORT and REDIS_PORT in the environment
import { createRequire } from 'node:module';

const [modules, user] = process.argv.slice(2);
const require = createRequire(`${modules}/package.json`);
const { ImapFlow } = require('imapflow');
const { simpleParser } = require('mailparser');
const { Queue } = require('bullmq');

const BATCH = 100;
const queue = new Queue('mail', { connection: { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) } });
const client = new ImapFlow({
  host: '127.0.0.1',
  port: Number(process.env.IMAP_PORT),
  secure: false,
  doSTARTTLS: false,
  auth: { user, pass: 'bench' },
  logger: false,
});

async function job(message) {
  const mail = await simpleParser(message.source);
  return {
    name: 'mail',
    data: {
      uid: message.uid,
      from: mail.from?.text,
      to: mail.to?.text,
      subject: mail.subject,
      message_id: mail.messageId,
      auth: mail.headers.get('authentication-results'),
      text: mail.text,
    },
  };
}

await client.connect();
const lock = await client.getMailboxLock('INBOX');
let taken = 0;
try {
  const uids = await client.search({ seen: false }, { uid: true });
  for (let start = 0; start < uids.length; start += BATCH) {
    const batch = uids.slice(start, start + BATCH);
    const jobs = [];
    for await (const message of client.fetch(batch, { uid: true, source: true }, { uid: true })) {
      jobs.push(await job(message));
    }
    await queue.addBulk(jobs);
    await client.messageFlagsAdd(batch, ['\\Seen'], { uid: true });
    taken += jobs.length;
  }
} finally {
  lock.release();
}
await client.logout();
await queue.close();
console.log(taken);
