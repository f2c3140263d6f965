"""Labels in bulk as the API takes and gives them."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from models.comment import Label
from service.edge.text_fields import Id
from service.schemas import Strict


class LabelItemIn(Strict):
    """What a person says of one comment, named by our id or by the site's own."""

    comment_id: Id | None = None
    external_id: Id | None = None
    label: Annotated[Label | None, Field(description="Null takes back what was said before.")]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if (self.comment_id is None) is (self.external_id is None):
            raise ValueError("give either comment_id or external_id")
        return self


class LabelsIn(Strict):
    """Up to 500 labels, oldest first."""

    labels: Annotated[list[LabelItemIn], Field(min_length=1, max_length=500)]


class LabelItemOut(BaseModel):
    """What became of one label: 201 stored, 404 no such comment on this site."""

    comment_id: str
    status: int


class LabelsOut(BaseModel):
    """The items in the order in which they were sent."""

    items: list[LabelItemOut]
