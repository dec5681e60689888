"""How mail programs begin the subject of a reply. Forwards begin otherwise, and are none."""

from __future__ import annotations

from mailer.inbound.words.phrases import phrases

REPLY_PREFIXES = frozenset(
    phrases(
        """
        re | aw | antw | antwort | sv | vs | ref | rif | r | odp | res | resp | rsp | rép | réf | bls | ynt | cevap
        vá | atb | ats | ad | noflag | отв | ответ | на | απ | σχετ | απάντηση | תגובה | השב | رد |回复 | 回覆
        答复 | 答覆 | 返信 | 답장 | 회신 | trả lời
        """
    )
)
