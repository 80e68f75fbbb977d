"""The taxes of one order as the treasurer (bendahara) withholds them: PMK 231/2019 as amended by PMK 59/2022."""
