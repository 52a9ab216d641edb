"""Any Kind without a widget of its own: its JSON in a line. New Tools show before anyone draws them a field."""

from __future__ import annotations

import json
from typing import Any

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Kind
from ganstudio.core.text import _
from ganstudio.ui.fields.text import TextLine


class JsonField(TextLine):
    KIND = Kind
    wide = True

    def _written(self, value: Any) -> str:
        return json.dumps(self.parameter.kind.to_json(value), ensure_ascii=False)

    def _read(self, text: str) -> Any:
        try:
            data = json.loads(text)
        except ValueError as error:
            raise UsageError(_("This is not JSON: {text}").format(text=text)) from error
        return self.parameter.kind.from_json(data)


FIELD = JsonField
