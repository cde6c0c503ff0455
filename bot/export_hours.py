# ruff: noqa: RUF001, E501 - words of many scripts, some of which count double
"""The words for the halves of a day that phones print beside the time, and the hour they mean. Pure.

Source: the abbreviated and wide day periods of the Unicode Common Locale Data Repository (versions 38 to 48) for the languages phones are sold in, folded:
no case, spaces or punctuation. No word stands for different halves in different languages.
"""

import re
import unicodedata

_PUNCTUATION = re.compile(r"[\s.,،、'’‘\"״׳·:_()\-–\u200c\u200e\u200f]+")

_BEFORE_NOON = (
    "am ap damanhã de dop eparadites fh fm gh goöň günortadanöň mat matin pd pg priekšp priekšpusdienā priešpiet prijepodne rn sa safiya sf sokallim to vm vorm "
    "vormittag vormittags öö πμ ам апоўначы дп преподне претпл пријеподне проб таңкы то тң эи үө կա առավոտ לפנהצ צ تد ص صباحا صباحًا صبحمنجهند غم قبلازظهر قظ "
    "पूर्वाह्न मपू सकाळीं सवेर सुबुहजा এএম পূর্বাহ্ণ নুমাং ਪੂਦੁ முற்பகல் ಪೂರ್ವಾಹ್ನ పూర్వాహ్నం පෙව ก่อนเที่ยง ກ່ອນທ່ຽງ နံနက် ព្រឹក ጥዋት "
    "上午 午前 오전 凌晨 清晨 早上 午夜 midnight"
)
_AFTER_NOON = (
    "pm ch datarde du eh em epasdites gd gosoň günortadansoň ip md nm nachm nachmittag nachmittags odp pop popiet popodne popoldne ptg pēcp pēcpusdienā sanje soir tk "
    "yamma ym ös μμ апоўдні пм попл поподне послијеподне пп слоб тк түштөнкийинки үх կհ կեսօրիցհետո אחהצ بظ بعدازظهر تك شاممنجهند غو م مساء مساءً منجهندشام "
    "अपराह्न मउ दपैहरबाद शामजा सञ सांजे পিএম অপরাহ্ণ ਬਾਦੁ பிற்பகல் ಅಪರಾಹ್ನ అపరాహ్నం පව หลังเที่ยง ຫຼັງທ່ຽງ ညနေ ល្ងាច ከሰዓት 下午 午後 오후 傍晚"
)
_NIGHT = "晚上 夜晚 夜"
_NOON = "中午 正午 noon"
_NEUTRAL = "klo kl klokka klokken klock uhr um at om ob à às alle ora orele lúc в у ве saat pukul jam h s min ч г р года st hodź be bc ad ce พศ คศ น 日 일 هـ هش ه ga नि"
"""Words that stand there and say nothing about the half: "o'clock", "at", "year", "Buddhist Era"."""

_HALVES: dict[str, str] = {
    **dict.fromkeys(_NEUTRAL.split(), ""),
    **dict.fromkeys(_BEFORE_NOON.split(), "am"),
    **dict.fromkeys(_AFTER_NOON.split(), "pm"),
    **dict.fromkeys(_NIGHT.split(), "night"),
    **dict.fromkeys(_NOON.split(), "noon"),
}
UNKNOWN = "?"


def half_of_day(between: str, after: str) -> str:
    """`am`, `pm`, `noon`, `night` or empty, from what stands between date and time and after the time; UNKNOWN when a word is not in the lists."""
    together, behind = _folded(between), _folded(after)
    parts = [together] if together in _HALVES else [_folded(word) for word in re.split(r"[\s,،]+", between)]
    halves = {_HALVES.get(part, UNKNOWN) for part in (*parts, behind) if part} - {""}
    return next(iter(halves)) if len(halves) == 1 else UNKNOWN if halves else ""


def hour_of_day(hour: int, half: str) -> int:
    """0 to 23. An hour past twelve already says everything."""
    if hour > 12 or not half:  # noqa: PLR2004 - a clock
        return hour
    if half == "noon":
        return hour if hour > 10 else hour + 12  # noqa: PLR2004 - noon lasts from eleven to two
    if half == "night" and not 5 < hour < 12:  # noqa: PLR2004 - night lasts from six in the evening to five
        return hour % 12
    return hour % 12 + (0 if half == "am" else 12)


def _folded(words: str) -> str:
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", words).casefold())
