"""How the picture is looked at, by name: binds every `view.` action of the canvas, keeps each document's view."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from ganstudio.ui.edit.session import Session

if TYPE_CHECKING:
    from ganstudio.ui.edit.workspace import EditWorkspace


class ViewActions(QObject):
    """Works on the canvas of one workspace."""

    def __init__(self, workspace: EditWorkspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._session: Session | None = None
        canvas, bind = workspace.canvas, workspace.desk.actions.bind
        for name, call in (
            ("zoom_in", canvas.zoom_in),
            ("zoom_out", canvas.zoom_out),
            ("fit", canvas.fit),
            ("fit_width", canvas.fit_width),
            ("actual", partial(canvas.set_zoom, 1.0)),
            ("double", partial(canvas.set_zoom, 2.0)),
            ("result", partial(canvas.set_mode, "result")),
        ):
            bind(f"view.{name}", call, self._has_picture)
        bind("view.split", partial(canvas.set_mode, "split"), self._can_compare)
        bind("view.side", partial(canvas.set_mode, "side"), self._can_compare)
        bind("view.cycle", canvas.cycle_mode, self._can_compare)
        bind("view.panels", self.toggle_panels)
        bind("view.navigator", workspace.floating.toggle_navigator, self._has_picture)
        bind("view.pixel_grid", self.toggle_grid)
        canvas.tab_pressed.connect(self.toggle_panels)

    def keep(self) -> None:
        """Another document comes to the front: remember how this one was looked at."""
        if self._session is not None:
            canvas = self._workspace.canvas
            self._session.view |= {"view": canvas.view, "mode": canvas.mode, "split": canvas.split}

    def show(self, session: Session | None) -> None:
        """Look at a document as it was left."""
        self._session = session
        canvas = self._workspace.canvas
        if session is None:
            return
        canvas.set_mode(session.view.get("mode", "result"))
        canvas.set_split(session.view.get("split", 0.5))
        view = session.view.get("view")
        size = session.state.width, session.state.height
        if view is not None and (view.picture_width, view.picture_height) == size:
            canvas.centre_on(*view.to_picture(view.width / 2, view.height / 2))
            canvas.set_zoom(view.zoom)

    def compare_once(self) -> None:
        """The first result of a document: show it beside the original."""
        session, canvas = self._session, self._workspace.canvas
        if session is not None and canvas.mode == "result" and not session.view.get("compared"):
            canvas.set_mode("split")
        if session is not None:
            session.view["compared"] = True

    @Slot()
    def toggle_panels(self) -> None:
        """Only the picture; again brings the panels back."""
        workspace = self._workspace
        hide = workspace.column.isVisibleTo(workspace)
        workspace.column.setVisible(not hide)
        workspace.strip.setVisible(not hide)

    @Slot()
    def toggle_grid(self) -> None:
        """Lines between the pixels from 8× on, or none."""
        canvas = self._workspace.canvas
        canvas.pixel_grid = not canvas.pixel_grid
        canvas.update()

    def _has_picture(self) -> bool:
        return self._workspace.session is not None

    def _can_compare(self) -> bool:
        session = self._workspace.session
        return session is not None and session.before is not None
