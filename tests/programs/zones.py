"""`zoneinfo` finds the system's zones where CPython looks for them."""
import sysconfig
import zoneinfo
from datetime import datetime, timezone

print(sysconfig.get_config_var("TZPATH"), zoneinfo.TZPATH)
for name in ("Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "UTC"):
    zone = zoneinfo.ZoneInfo(name)
    for when in (datetime(2024, 1, 15, 12, tzinfo=zone), datetime(2024, 7, 15, 12, tzinfo=zone)):
        print(zone, when.isoformat(), when.tzname(), when.dst(), when.astimezone(timezone.utc))
try:
    zoneinfo.ZoneInfo("No/Where")
except zoneinfo.ZoneInfoNotFoundError as error:
    print(error)
