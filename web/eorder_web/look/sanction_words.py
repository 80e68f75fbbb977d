"""What sanctions, their grounds and their ends are called, where no template says it (CSV, choices)."""

from typing import Final

from eorder_platform.directory.sanctions.models import Ending, Ground, Level
from eorder_platform.sentences import term

LEVEL_WORDS: Final = {
    Level.WARNING: term("Teguran tertulis"),
    Level.SUSPENSION: term("Penangguhan nasional"),
    Level.BLACKLIST: term("Daftar hitam nasional"),
}
GROUND_WORDS: Final = {
    Ground.BREACH: term("Wanprestasi"),
    Ground.OTHER_GOODS: term("Barang tidak sesuai pesanan"),
    Ground.FALSE_FACTS: term("Data atau dokumen tidak benar"),
    Ground.FRAUD: term("Kecurangan"),
    Ground.COLLUSION: term("Persekongkolan"),
}
ENDING_WORDS: Final = {
    Ending.EXPIRED: term("Berakhir sendiri"),
    Ending.LIFTED: term("Dicabut lebih awal"),
    Ending.ANNULLED: term("Dibatalkan"),
}
