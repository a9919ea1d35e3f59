"""Reads one message over IMAP with nothing but Python's own library and python-docx, and says what it sees, one fact a line."""

import email
import email.header
import email.policy
import imaplib
import io
import ssl
import sys

import docx

port, authority, user, password = sys.argv[1:5]
box = imaplib.IMAP4_SSL("127.0.0.1", int(port), ssl_context=ssl.create_default_context(cafile=authority))
box.login(user, password)
print("messages", int(box.select("INBOX", readonly=True)[1][0]))
fetched = box.fetch("1", "(BODY.PEEK[])")[1][0][1]
message = email.message_from_bytes(fetched, policy=email.policy.default)
box.logout()

for name in ["Subject", "From", "To", "Return-Path", "Bcc", "User-Agent", "X-Mailer", "X-Unsent"]:
    # Python's older reader of headers and its newer one, which shows a space where an encoded word ends within a word.
    raw = email.message_from_bytes(fetched)[name]
    print(name.lower(), raw and email.header.make_header(email.header.decode_header(raw)))
    print("newly", name.lower(), message[name])
print("domain", message["Message-ID"].strip("<>").split("@")[1])
print("defects", [str(defect) for part in message.walk() for defect in part.defects])
print("types", [part.get_content_type() for part in message.walk()])
# What came with the message, without what the servers of this machine wrote over it.
sent = [f"{name}: {value}" for name, value in message.items() if name not in ("Received", "Return-Path", "Delivered-To", "X-Original-To")]
print("written", sent)
print("received", " ".join(message["Received"].split()))
for kind in ["plain", "html"]:
    print(kind, repr(message.get_body((kind,)).get_content()))
for part in message.iter_attachments():
    print("attached", part.get_filename(), part.get_content_type())
    if part.get_content_subtype() == "pdf":
        print("| begins with", part.get_content()[:5])
        continue
    for paragraph in docx.Document(io.BytesIO(part.get_content())).paragraphs:
        print("|", paragraph.text)
