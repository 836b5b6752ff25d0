from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class

OPTIONS = {
    "train_backbone": ["--data", "folder", "--epochs=3"],
    "draw_demo": ["folder", "--further", "2"],
}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_command_of_the_laboratory_says_what_replaces_it(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=f"python -m lab {name}"):
        call_command(name)
    command = load_command_class(get_commands()[name], name)
    with pytest.raises(SystemExit):
        command.run_from_argv(["manage.py", name, *OPTIONS[name]])
    assert f"python -m lab {name}" in capsys.readouterr().err
