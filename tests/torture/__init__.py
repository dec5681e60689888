"""Pull the plug on ``mailer send``, again and again, and hold its books against those of the relay.

``make torture`` ends it at 2,000 random moments, half of them with SIGKILL alone and half with a disk that also
forgets what was not synced; ``test_campaign.py`` does less of the same. After every end:

- nobody is lost: what the relay never took is not *sent*;
- nobody is mailed twice, but for those who were shown as *in doubt* and mailed once more on request;
- at most one mail for each connection that was open is newly in doubt (with all of those who share it).

Pieces: ``relay.py`` takes every mail and notes it before it says so; ``disk.py`` knows what was synced; ``books.py``
are the invariants; ``campaign.py`` starts and ends the sender.

``test_faults.py`` lets everything live and breaks the world around it: a relay in any of the moods of ``moods.py``, a
store that cannot be written, a clock set back, people who leave. The same must hold.
"""
