"""The poller that a Python user would write: imapclient, the standard library's parser, rq.

Waits in IDLE, fetches what is unseen in batches of a hundred, reads amount and recipient with a regular
expression, enqueues a batch in one round trip, and flags it as seen once its jobs are in Redis.

usage: poller.py USER    with IMAP_PORT and REDIS_PORT in the environment
"""

import email
import email.policy
import email.utils
import os
import re
import sys

from imapclient import IMAPClient
from redis import Redis
from rq import Queue

BATCH = 100
IDLE_SECONDS = 60
COMMAND = re.compile(r"\bpay\s+(\S+@\S+)\s+\$(\d+)(?:\.(\d\d))?", re.IGNORECASE)


def order(raw):
    """What a mail asks for, or None: the sender's host must vouch for it."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    if "dkim=pass" not in (mail["Authentication-Results"] or ""):
        return None
    body = mail.get_body(("plain",))
    command = COMMAND.search(body.get_content()) if body else None
    if command is None:
        return None
    recipient, whole, cents = command.groups()
    sender = email.utils.parseaddr(mail["From"])[1].lower()
    return mail["Message-ID"], sender, recipient.lower(), int(whole) * 100 + int(cents or 0)


def take(client, queue):
    """Everything that is unseen, batch by batch."""
    uids = client.search("UNSEEN")
    for start in range(0, len(uids), BATCH):
        batch = uids[start : start + BATCH]
        fetched = client.fetch(batch, ["BODY.PEEK[]"])
        orders = (order(mail[b"BODY[]"]) for mail in fetched.values())
        jobs = [
            Queue.prepare_data("jobs.transfer", args=asked, result_ttl=0) for asked in orders if asked
        ]
        queue.enqueue_many(jobs)
        client.add_flags(batch, [rb"\Seen"])


def main():
    queue = Queue("mail", connection=Redis(port=int(os.environ["REDIS_PORT"])))
    client = IMAPClient("127.0.0.1", port=int(os.environ["IMAP_PORT"]), ssl=False)
    client.login(sys.argv[1], "bench")
    client.select_folder("INBOX")
    print("ready", flush=True)
    while True:
        take(client, queue)
        client.idle()
        client.idle_check(timeout=IDLE_SECONDS)
        client.idle_done()


main()
