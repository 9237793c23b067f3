"""The job that a Python user would write: two balances, one row, two receipts.

Both connections stay open for the life of the worker. A mail that is delivered twice moves nothing the
second time. DATABASE_URL and SMTP_PORT stand in the environment.
"""

import os
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid

import psycopg

SERVICE = "till@post.example"

database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
relay = smtplib.SMTP("127.0.0.1", int(os.environ["SMTP_PORT"]))


def transfer(message_id, sender, recipient, amount_minor):
    amount = f"${amount_minor // 100}.{amount_minor % 100:02}"
    balance = move(message_id, sender, recipient, amount_minor)
    if balance is None:
        return
    receipt(message_id, sender, f"Sent: {amount} to {recipient}", f"Your balance is {balance / 100:.2f}.")
    receipt(message_id, recipient, f"Received: {amount} from {sender}", "It is in your account.")


def move(message_id, sender, recipient, amount_minor):
    """The sender's new balance, or None when nothing was moved."""
    with database.transaction(), database.cursor() as cursor:
        # In the order of addresses, or two transfers in opposite directions would wait for each other.
        cursor.execute(
            "SELECT address, balance_minor FROM accounts WHERE address IN (%s, %s) ORDER BY address FOR UPDATE",
            (sender, recipient),
        )
        balances = dict(cursor.fetchall())
        if len(balances) < 2 or balances[sender] < amount_minor:
            return None
        cursor.execute(
            "INSERT INTO transfers (message_id, sender, recipient, amount_minor) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (message_id) DO NOTHING",
            (message_id, sender, recipient, amount_minor),
        )
        if cursor.rowcount == 0:
            return None
        cursor.execute(
            "UPDATE accounts SET balance_minor = balance_minor - %s WHERE address = %s", (amount_minor, sender)
        )
        cursor.execute(
            "UPDATE accounts SET balance_minor = balance_minor + %s WHERE address = %s", (amount_minor, recipient)
        )
        return balances[sender] - amount_minor


def receipt(message_id, to, subject, text):
    letter = EmailMessage()
    letter["From"] = SERVICE
    letter["To"] = to
    letter["Subject"] = subject
    letter["Message-ID"] = make_msgid(domain="post.example")
    letter["In-Reply-To"] = message_id
    letter.set_content(text + "\n")
    relay.send_message(letter)
