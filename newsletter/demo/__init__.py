"""The demonstration: invented papers, a scripted model, a mail server and a web inbox.

Everything here is a sample and says so; nothing leaves the machine.

samples.json ─► samples ─► arxiv   plays arXiv's listing pages over HTTP
                        └► model   answers for the papers by script, over HTTP
smtp ─► mailbox ─► reading ─► inbox  shows the mails that were sent
"""
