"""Who acts in the vendor's room: the signed-in person as a member of their business."""

from typing import Final

from eorder_platform.directory.members import member_for
from eorder_web.edge.places import nationally_as

AS_MEMBER: Final = nationally_as(member_for)
