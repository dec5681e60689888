"""DKIM (RFC 6376, RFC 8463): check the signatures of what comes in, and sign what goes out.

``signing`` puts a signature on a mail, with ``keys`` and in the form that ``canonical`` gives it; ``verifying`` checks
what others signed, and ``lookup`` finds the keys that they publish.
"""
