"""The equations of papers/000 exactly as printed, in many digits, solved by bisection.

Written independently of `polyqw.cles`: J, λ, D0 and Nd stand apart, the logarithm is the printed one (the
digits that it loses are bought with precision), and no closed form of the package is used.
"""

from dataclasses import dataclass

from mpmath import ei, exp, log, mpf, quad, sqrt, tanh

KB = mpf("8.617333262145179e-5")
D0 = mpf("1.7")  # of no consequence: only D0·λ, D0·J and D0/Nd matter


@dataclass
class Model:
    g: float
    j: float
    epsilon_l: float
    u: float
    dn: float
    omega_c: float
    prefactor: float = 3.51
    exponent: int = 2

    def __post_init__(self):
        self.coupling_j, self.coupling_l = mpf(self.j) / D0, mpf(self.g) / D0
        self.nd = D0 / mpf(self.dn)
        self.level = mpf(self.epsilon_l) + mpf(self.u) / 2
        self.wc, self.c = mpf(self.omega_c), mpf(self.prefactor)


def bisect(is_below, low, high, steps=90):
    """Return the point of [low, high] where `is_below` turns from true to false."""
    for _ in range(steps):
        middle = (low + high) / 2
        if is_below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def delta_gamma(model, gamma, chi, mu):
    """Eq. 7, second line, as printed."""
    upper = -mu + sqrt(chi**2 + mu**2)
    lower = model.wc - mu + sqrt(chi**2 + (model.wc - mu) ** 2)
    return gamma * chi * D0 / 2 * log(abs(upper / lower))


def gaps(model, mu):
    """Return χ, E_D, K, |Δ_J|: Eq. 6 holds where χ turns larger than its right side."""
    mu = mpf(mu)

    def parts(ln_chi):
        chi = exp(ln_chi)
        delta_j = delta_gamma(model, model.coupling_j, chi, mu)
        e_d = sqrt(delta_j**2 + (model.level - mu) ** 2)
        return chi, delta_j, e_d

    def is_below(ln_chi):
        chi, delta_j, e_d = parts(ln_chi)
        right = -model.coupling_j * model.nd * delta_j / (2 * e_d)
        return right - delta_gamma(model, model.coupling_l, chi, mu) > chi

    chi, delta_j, e_d = parts(bisect(is_below, mpf(-150), mpf(12)))
    return chi, e_d, k_of(model, mu, delta_j), abs(delta_j)


def k_of(model, mu, delta_j):
    root = sqrt((model.level - mu) ** 2 + delta_j**2)
    return D0 * model.coupling_j**2 * model.nd / (2 * root) + D0 * model.coupling_l


def k0_of(model, mu, t):
    x = model.level - mu
    strength = D0 * model.coupling_j**2 * model.nd
    localized = strength / (4 * t) if x == 0 else strength / (2 * x) * tanh(x / (2 * t))
    return localized + D0 * model.coupling_l


def temperature(model, mu, gap, k):
    """Return T [K] of 2·gap/(kB·T) = C·exp(n/K0 - n/K)."""
    mu, n = mpf(mu), model.exponent

    def is_below(ln_t):
        t = exp(ln_t)
        return log(2 * gap / t) > log(model.c) + n / k0_of(model, mu, t) - n / k

    return exp(bisect(is_below, mpf(-200), mpf(16))) / KB


def all_temperatures(model, mu):
    chi, e_d, k, _ = gaps(model, mu)
    distance = abs(model.level - mpf(mu))
    return (
        chi,
        e_d,
        temperature(model, mu, chi, k),
        temperature(model, mu, e_d, k),
        temperature(model, mu, distance, k_of(model, mpf(mu), mpf(0))),
    )


def linearised_temperature(model, mu):
    """Return Tc [K] of 1 = ½K0·∫ tanh(ξ/2t)/ξ dξ over the band, by quadrature in ln|ξ|."""
    mu = mpf(mu)

    def side(width, t):
        # up to z = 1 the integrand is smooth in x, beyond it in ln x
        z = width / t
        start = min(z, mpf(1))
        inner = quad(lambda x: tanh(x / 2) / x, [start / mpf(10) ** 12, start]) + start / mpf(10) ** 12 / 2
        points = [mpf(0)] + [mpf(i) for i in (1, 2, 3, 4, 5) if i < log(z)] + [log(z)] if z > 1 else []
        return inner + (quad(lambda y: tanh(exp(y) / 2), points) if points else 0)

    def is_below(ln_t):
        t = exp(ln_t)
        return k0_of(model, mu, t) / 2 * (side(model.wc - mu, t) + side(mu, t)) > 1

    return exp(bisect(is_below, mpf(-40), mpf(3), steps=55)) / KB


def pair_energy(model, mu):
    """Return E0 and E_b of Eq. 3 as printed: the lowest root, searched in ln of its distance below the
    continuum or, in region 2, below the pole E1 = 0.
    """
    mu = mpf(mu)
    first = mu < model.level
    e_l, u = mpf(model.epsilon_l), mpf(model.u)
    kinetic = mu / 2 if first else mpf(0)
    shift = kinetic + e_l + u if first else 2 * e_l + u

    def is_unbound(ln_distance):
        ceiling = 2 * mu if first else min(2 * mu, shift)
        omega = ceiling - exp(ln_distance) - shift
        e0 = omega + shift
        e1 = omega - e_l + kinetic - u if first else omega
        total = -D0 / 2 * log((2 * model.wc - e0) / (2 * mu - e0))
        return (model.coupling_j**2 * model.nd / e1 - model.coupling_l) * total > 1

    low = bisect(is_unbound, mpf(-400), mpf(12), steps=110)
    e0 = (2 * mu if first else min(2 * mu, shift)) - exp(low)
    omega = e0 - shift
    unpaired = kinetic + e_l if first else 2 * e_l + u
    return e0, unpaired - omega


def theta(temperature_kelvin, mu, e0):
    """Eq. 8 as printed."""
    t = KB * mpf(temperature_kelvin)
    x = (mpf(mu) - e0 / 2) / t
    return 1 / (e0 / 2 / t + (e0 / 2 / t - 1) * x * exp(x) * ei(-x))


def extended_pairs(model, mu, chi):
    """Return the sum of v² = ½(1 - ξ/E) over the band, per impurity, by quadrature."""
    mu = mpf(mu)
    nodes = sorted({mpf(0), mu, model.wc, *(mu + s * chi * 10**k for s in (-1, 1) for k in range(4))})
    nodes = [x for x in nodes if 0 <= x <= model.wc]
    occupied = quad(lambda e: (1 - (e - mu) / sqrt((e - mu) ** 2 + chi**2)) / 2, nodes)
    return mpf(model.dn) * occupied
