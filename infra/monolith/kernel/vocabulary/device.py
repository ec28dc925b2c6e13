"""What a device runs on and how it is connected."""

from kernel.vocabulary.form import one_of

PLATFORM = one_of("platform", "android", "ios", "web")
NETWORK = one_of("network", "wifi", "cellular", "other")
