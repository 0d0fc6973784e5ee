"""Heights and the law along pressure, temperature or doping."""
