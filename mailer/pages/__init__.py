"""What becomes of what people do on the web pages: the same as of the mails that ask for it."""
