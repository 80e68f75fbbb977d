"""What is done once, when a template is compiled, so that no request pays for it.

A catalogue page prints some 450 values and a product page calls 30 macros. Jinja's own escape wraps each value in a
Markup object that is joined at once and thrown away; its own call looks at every function anew, whether it wants the
context; and a translation or an icon of a constant is the same text each time.
"""

import operator
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from asyncpg import Record
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # the C function behind escape


def escaped(value: object) -> str:
    """As markupsafe.escape, but plain text: it goes straight into a join (a third of the time for a str)."""
    if type(value) is str:
        return _escape_inner(value)
    if type(value) is Markup:
        return value
    if type(value) is int:
        return str(value)
    return escape(value)


class QuickOutput(CodeGenerator):
    """Writes `environment.escaped(…)` where Jinja writes `escape(…)` round a printed expression."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """`ui.x` and `page.x` are attributes and never keys."""
        if isinstance(node.node, nodes.Name) and node.node.name in ("ui", "page"):
            self.visit(node.node, frame)
            self.write(f".{node.attr}")
        else:
            super().visit_Getattr(node, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        """`offer["name"]` is a key and never an attribute: a row without it is a mistake."""
        if isinstance(node.node, nodes.Name) and isinstance(node.arg, nodes.Const):
            self.visit(node.node, frame)
            self.write(f"[{node.arg.value!r}]")
        else:
            super().visit_Getitem(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """`environment.called(f, …)` instead of `context.call(f, …)`: no function of ours asks for the context."""
        self.write("environment.called(")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")


class CompilingEnvironment(Environment):
    """Jinja's environment with these savings; the functions `_`, `icon`, `asset`, `address` and `stem` must be pure."""

    code_generator_class = QuickOutput
    escaped = staticmethod(escaped)
    called: Any = operator.call

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A row's columns are its keys: asking it for an attribute first costs an exception each time."""
        if type(obj) is Record:
            return self.getitem(obj, attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dict for all templates: Jinja's chain of two is copied key by key for every page."""
        return {**self.globals, **d} if d else self.globals

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(_Folding(self.globals).visit(source), name, filename, defer_init)


class _Folding(NodeTransformer):
    """Replaces calls of pure functions with constant arguments by their result."""

    PURE = ("_", "icon", "asset", "address", "stem")

    def __init__(self, functions: Mapping[str, Any]) -> None:
        self.pure: dict[str, Callable[..., str]] = {name: functions[name] for name in self.PURE}

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """`_("Katalog")`, `icon("check")` and `ui.icon("check")` become text."""
        self.generic_visit(node)
        act = self.pure.get(_called(node.node))
        constants = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        if act is None or len(constants) < len(node.args) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        return nodes.Const(act(*constants), lineno=node.lineno)


def _called(node: nodes.Expr) -> str:
    match node:
        case nodes.Name(name=name):
            return name
        case nodes.Getattr(node=nodes.Name(name="ui"), attr="icon"):
            return "icon"
    return ""
