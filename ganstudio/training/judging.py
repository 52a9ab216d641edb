"""The Judge: checks with their sample grid, keeps the best model, says when nothing gets better any more."""

from __future__ import annotations

import math

from PIL import Image

from ganstudio.training.plan import Plan
from ganstudio.training.report import Report
from ganstudio.training.run import Run
from ganstudio.training.standing import Standing
from ganstudio.training.trainee import Trainee


class Judge:
    def __init__(self, run: Run, plan: Plan, trainee: Trainee, standing: Standing, report: Report) -> None:
        self._run, self._plan, self._trainee, self._standing, self._report = run, plan, trainee, standing, report
        self.checked = -1  # the step of the last check

    def check(self) -> str:
        """Judge, show, keep the best; a reason to end when nothing got better for the Plan's patience."""
        now = self._standing
        self.checked = now.step
        found = self._trainee.check()
        score = None if found.score is None else round(found.score, 6)
        self._report.log(event="check", step=now.step, score=score, words=found.words, **found.numbers)
        self._show()
        if found.score is None or (math.isfinite(found.score) and (now.best is None or found.score > now.best)):
            now.best, now.best_step, now.stale = score, now.step, 0
            self._report.best(found.words)
            self._export()
            return ""
        now.stale += 1
        return f"no better for {now.stale} checks" if 0 < self._plan.patience <= now.stale else ""

    def _show(self) -> None:
        name = f"samples/{self._standing.step:08d}.png"
        try:
            Image.fromarray(self._trainee.samples()).save(self._run.file(name))
        except OSError as error:
            self._warn(f"the samples cannot be written: {error.strerror}")
        else:
            self._report.log(event="samples", step=self._standing.step, file=name)

    def _export(self) -> None:
        now = self._standing
        facts = {
            "goal": self._plan.GOAL,
            "steps": now.step,
            "images": self._trainee.images,
            "minutes": round(now.seconds / 60.0, 1),
        }
        try:
            files = self._trainee.export(self._run.folder, facts)
        except OSError as error:
            self._warn(f"the model cannot be written: {error.strerror}")
        else:
            self._report.log(event="best", step=now.step, files=[path.name for path in files])

    def _warn(self, text: str) -> None:
        self._report.log(event="warning", step=self._standing.step, text=text)
