"""Words by which text of people, mail programs and machines is recognised, in many languages. Data only.

All are in lower case. A file is a subject; new words are added here and nowhere else.
"""
