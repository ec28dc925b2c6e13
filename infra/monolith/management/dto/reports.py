"""Reports and answers to why-not as JSON documents, for the OpenAPI document."""

from rest_framework import serializers

from management.dto.fields import Flag, Text, WholeNumber


class ReportDocument(serializers.Serializer):
    """Columns depend on the grouping. Money and percentages are decimal numbers as texts."""

    first = serializers.DateField()
    last = serializers.DateField()
    time_zone = Text()
    group = Text()
    rows = serializers.ListField(child=serializers.DictField())
    total = serializers.DictField()
    rows_in_all = WholeNumber()
    next_offset = WholeNumber(allow_null=True)


class RuleDocument(serializers.Serializer):
    rule = Text()
    label = Text()
    wanted = Text()
    found = Text()


class WhyNotDocument(serializers.Serializer):
    """`version` is 0 for rows that are not published."""

    id = Text()
    is_shown = Flag()
    text = Text()
    notes = serializers.ListField(child=Text())
    failed = RuleDocument(many=True)
    passed = RuleDocument(many=True)
    version = WholeNumber()
