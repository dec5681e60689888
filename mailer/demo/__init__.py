"""The whole circle, played on the sandbox: real mails, real commands, the real daemon; only the people are made up."""
