"""DKIM (RFC 6376, RFC 8463): signatures on incoming mail are checked, outgoing mail is signed.

``signing`` signs a mail with ``keys``, in the canonical form of ``canonical``. ``verifying`` checks the signatures of
others, with the keys that ``lookup`` finds.
"""
