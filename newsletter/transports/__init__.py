"""How mails leave: over SMTP, or into a folder."""
