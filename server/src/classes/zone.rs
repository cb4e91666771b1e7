//! The zone in which a class types and shows its times. Stored times are UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A zone of the IANA database, `UTC` among them.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of that name.
    pub fn named(name: &str) -> Option<Self> {
        let zone = TimeZone::get(name).ok()?;
        Some(Self {
            name: zone.iana_name().unwrap_or("UTC").to_owned(),
            zone,
        })
    }

    /// The zone that a class was given, or UTC if the database does not know it any more.
    pub fn of(name: &str) -> Self {
        Self::named(name).unwrap_or_else(|| Self {
            name: "UTC".to_owned(),
            zone: TimeZone::UTC,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every zone that can be chosen: UTC and those of a place.
    pub fn all() -> Vec<String> {
        let places = jiff::tz::db()
            .available()
            .map(|name| name.as_str().to_owned())
            .filter(|name| {
                let place = name.split_once('/').map(|(region, _)| region);
                place.is_some_and(|region| {
                    !matches!(region, "Etc" | "posix" | "right" | "SystemV" | "US")
                })
            });
        let mut all: Vec<String> = places.collect();
        all.sort();
        all.insert(0, "UTC".to_owned());
        all
    }

    /// "Fri 27 Nov 2026, 17:00 GMT".
    pub fn show(&self, seconds: i64) -> String {
        self.format(seconds, "%a %-d %b %Y, %H:%M %Z")
    }

    /// "Fri 27 Nov, 17:00 GMT" if that is not far from `now`, with the year else.
    pub fn show_near(&self, seconds: i64, now: i64) -> String {
        if (seconds - now).abs() < 150 * 86_400 {
            self.format(seconds, "%a %-d %b, %H:%M %Z")
        } else {
            self.show(seconds)
        }
    }

    /// "17:00:05 GMT".
    pub fn time(&self, seconds: i64) -> String {
        self.format(seconds, "%H:%M:%S %Z")
    }

    /// "27 Nov".
    pub fn day(&self, seconds: i64) -> String {
        self.format(seconds, "%-d %b")
    }

    /// "27 Nov 2026".
    pub fn date(&self, seconds: i64) -> String {
        self.format(seconds, "%-d %b %Y")
    }

    /// "UTC+01:00" as it is at that time.
    pub fn offset(&self, seconds: i64) -> String {
        self.format(seconds, "UTC%:z")
    }

    /// The value of a `datetime-local` field.
    pub fn field(&self, seconds: i64) -> String {
        self.format(seconds, "%Y-%m-%dT%H:%M")
    }

    /// What a `datetime-local` field has, as Unix seconds. A time that clocks skip or show twice is
    /// taken as calendars do: after the gap, and the first of the two.
    pub fn read(&self, field: &str) -> Option<i64> {
        let time: DateTime = field.trim().parse().ok()?;
        let at = time
            .to_zoned(self.zone.clone())
            .ok()?
            .timestamp()
            .as_second();
        // Years that nobody means are a slip of the finger.
        (1990..=2200).contains(&time.year()).then_some(at)
    }

    fn format(&self, seconds: i64, format: &str) -> String {
        Timestamp::from_second(seconds)
            .unwrap_or_default()
            .to_zoned(self.zone.clone())
            .strftime(format)
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_and_shown_in_the_zone_of_its_day() {
        let london = Zone::named("Europe/London").unwrap();
        let winter = london.read("2026-11-27T17:00").unwrap();
        assert_eq!(winter, 1_795_798_800);
        assert_eq!(london.show(winter), "Fri 27 Nov 2026, 17:00 GMT");
        let summer = london.read("2026-07-03T17:00").unwrap();
        assert_eq!(london.show(summer), "Fri 3 Jul 2026, 17:00 BST");
        assert_eq!(london.offset(summer), "UTC+01:00");
        assert_eq!(london.field(summer), "2026-07-03T17:00");
        assert_eq!(Zone::of("UTC").show(summer), "Fri 3 Jul 2026, 16:00 UTC");
    }

    #[test]
    fn what_is_no_time_is_none() {
        let zone = Zone::of("Nowhere/Land");
        assert_eq!(zone.name(), "UTC");
        for wrong in [
            "",
            "tomorrow",
            "2026-13-01T10:00",
            "0001-01-01T00:00",
            "20260-11-27T17:00",
        ] {
            assert_eq!(zone.read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn zones_of_places_can_be_chosen() {
        let all = Zone::all();
        assert_eq!(all[0], "UTC");
        assert!(all.iter().any(|name| name == "Europe/London"));
        assert!(all.iter().all(|name| Zone::named(name).is_some()));
    }
}
