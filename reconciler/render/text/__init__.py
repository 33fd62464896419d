"""Text, for people at a terminal and in logs. One module per thing that is shown."""

from reconciler.render.format import Format
from reconciler.render.text.adoption import adoption
from reconciler.render.text.checkup import checkup
from reconciler.render.text.codes import codes
from reconciler.render.text.diagnostics import diagnostics
from reconciler.render.text.drift import drift
from reconciler.render.text.export import export
from reconciler.render.text.history import history
from reconciler.render.text.ledger import entry, inventory
from reconciler.render.text.plan import plan
from reconciler.render.text.rehearsal import rehearsal
from reconciler.render.text.result import result
from reconciler.render.text.rotation import rotation
from reconciler.render.text.saved import saved
from reconciler.render.text.several import several
from reconciler.render.text.status import status

FORMAT = Format(
    name="text",
    plan=plan,
    diagnostics=diagnostics,
    drift=drift,
    result=result,
    saved=saved,
    status=status,
    checkup=checkup,
    rehearsal=rehearsal,
    history=history,
    inventory=inventory,
    entry=entry,
    adoption=adoption,
    codes=codes,
    several=several,
    export=export,
    rotation=rotation,
)
