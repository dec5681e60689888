"""What a mail is, who wrote it, and what they want."""
