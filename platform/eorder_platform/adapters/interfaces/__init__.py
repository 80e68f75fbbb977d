"""Every system's interface, by its name."""

from collections.abc import Mapping
from typing import Final

from eorder_platform.adapters.interfaces.business import Bank, Coretax, Dukcapil, Oss
from eorder_platform.adapters.interfaces.planning import Sipd, Sirup
from eorder_platform.adapters.interfaces.sending import Bsre, Messages
from eorder_platform.adapters.systems import Interface, System

INTERFACES: Final[Mapping[System, Interface]] = {
    one.system: one for one in (Oss(), Dukcapil(), Coretax(), Bank(), Sirup(), Sipd(), Bsre(), Messages())
}
