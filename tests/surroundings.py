"""Where and when the two builds are made that must not differ."""

# The surroundings of the two builds. By these clocks they are never on the same day; the umask decides who may read a file.
HERE = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "UMASK": "022"}
THERE = {"TZ": "Pacific/Pago_Pago", "PYTHONHASHSEED": "12345", "LANG": "C", "LC_ALL": "C", "UMASK": "077", "MPLBACKEND": "svg", "COLUMNS": "40"}  # fmt: skip
