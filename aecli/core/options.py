"""What all option classes share: they are frozen, strict, closed, and documented where they are declared."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from aecli.core.registry import Classes


class Options(BaseModel):
    """A group of settings: a section of the YAML file, checked.

    Strict: `"50"` is not a number and `yes` no boolean. Closed: an unknown key is an error.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        defer_build=True,
    )

    @model_serializer(mode="wrap")
    def _tag_first(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What a thing is stands before its options, though pydantic puts inherited fields first."""
        plain: dict[str, Any] = serialize(self)
        tags = [tag for tag in ("type", "name") if tag in plain]
        return {tag: plain[tag] for tag in tags} | plain


T = TypeVar("T", bound=Options)


def tag_of(options: Options) -> str:
    """What a config calls a registered choice: its `type`, or its `name`."""
    plain = options.model_dump()
    return str(plain.get("type", plain.get("name")))


class Registry(Classes[type[T]]):
    """Option classes by the name a config calls them.

    Args:
        noun: What an entry is called in messages ("model", "data set").
        tag: The key that names the entry in a config (`type`, or `name` for data).
        package: Dotted name of the package or module whose import fills the registry.
    """

    def __init__(self, noun: str, tag: str, package: str) -> None:
        super().__init__(noun, package)
        self.tag = tag

    def register(self, options: type[T]) -> type[T]:
        """Class decorator: adds an option class under the default value of its tag field."""
        return self._add(options.model_fields[self.tag].default, options)


class OneOf:
    """Annotation of a field that holds one of a registry's classes, chosen by the registry's tag.

    Args:
        registry: Where the classes are found.
        default_tag: The choice when a config gives the section without its tag.
    """

    def __init__(self, registry: Registry[Any], default_tag: str | None = None) -> None:
        self.registry = registry
        self.default_tag = default_tag

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The union for editors, which can't tell its members apart unless they must name themselves."""
        union = handler(schema)
        for member in union.get("oneOf", []):
            choice = handler.resolve_ref_schema(member)
            if choice["properties"][self.registry.tag]["const"] != self.default_tag:
                choice["required"] = sorted({*choice.get("required", []), self.registry.tag})
        return union

    def __get_pydantic_core_schema__(
        self, source: Any, handler: Callable[[Any], CoreSchema] | GetCoreSchemaHandler
    ) -> CoreSchema:
        """A tagged union over the registry as it stands when the config class is made."""
        generate = handler.generate_schema if isinstance(handler, GetCoreSchemaHandler) else handler
        return core_schema.tagged_union_schema(
            {name: generate(entry) for name, entry in self.registry.items()}, discriminator=self.registry.tag
        )
