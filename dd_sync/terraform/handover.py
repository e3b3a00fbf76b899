"""The handover: Terraform forgets the objects and leaves them as they are.

`removed` blocks (Terraform 1.7, OpenTofu 1.7) do it in a reviewed plan; the script does it at once, for older versions,
for Terragrunt, and where only some instances of a block go.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence

from dd_sync.terraform.state import Resource

BLOCKS, SCRIPT = "removed.tf", "state-rm.sh"


def whole_blocks(gone: Sequence[Resource], all_of_them: Sequence[Resource]) -> list[str]:
    """The blocks whose instances are all handed over. A `removed` block takes no instance key: it covers all."""
    going = {one.address for one in gone}
    staying = {one.block for one in all_of_them if one.address not in going}
    return list(dict.fromkeys(one.block for one in gone if one.block not in staying))


def removed_blocks(names: Collection[str]) -> str:
    """`removed` blocks for these, to stand in the configuration in place of the resources themselves."""
    head = (
        "# In place of the resource blocks themselves, which are to be deleted from the configuration.\n"
        "# `terraform plan` then says that they are forgotten and not destroyed.\n"
    )
    return head + "".join(
        f"\nremoved {{\n  from = {name}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n" for name in names
    )


def state_rm_script(gone: Sequence[Resource]) -> str:
    """A script that takes every instance out of the state at once."""
    lines = "".join(f'"${{TF:-terragrunt}}" state rm {shlex.quote(one.address)}\n' for one in gone)
    return (
        "#!/usr/bin/env bash\n"
        "# Takes the objects out of the state; Datadog is not touched. Run where the configuration is, in place of\n"
        "# the removed blocks, and delete the resource blocks before the next plan, which would create them again.\n"
        "# TF=terraform or TF=tofu where it is not Terragrunt.\n"
        f"set -euo pipefail\n\n{lines}"
    )
