//! The Gregorian calendar, as far as a date in an article needs it.

use crate::text::word_keys;

/// A year, and the month and day where they are told. Ordered as time is, as far as both are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: u32,
    /// From 1.
    pub(super) month: Option<u32>,
    pub(super) day: Option<u32>,
}

const MONTHS: [[u64; 12]; 2] = [
    word_keys([
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]),
    word_keys(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sept", "oct", "nov", "dec"]),
];

/// From Sunday.
const WEEKDAYS: [[u64; 7]; 2] = [
    word_keys(["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]),
    word_keys(["sun", "mon", "tues", "wed", "thurs", "fri", "sat"]),
];

/// The names of the days, from Sunday.
pub(super) const DAY_NAMES: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn position<const N: usize>(lists: &[[u64; N]; 2], key: u64) -> Option<u32> {
    lists.iter().find_map(|list| list.iter().position(|&name| name == key)).map(|at| at as u32)
}

/// The month of a name, from 1.
pub(super) fn month(key: u64) -> Option<u32> {
    position(&MONTHS, key).map(|month| month + 1)
}

/// The day of the week of a name, from 0 for Sunday.
pub(super) fn weekday(key: u64) -> Option<u32> {
    position(&WEEKDAYS, key)
}

impl Date {
    /// The day of the week, from 0 for Sunday; absent for what is no day.
    pub(super) fn weekday(self) -> Option<u32> {
        let (month, day) = (self.month?, self.day?);
        if !(1..=12).contains(&month) || day == 0 || day > days_of(self.year, month) {
            return None;
        }
        // Sakamoto's: March begins the year, so that a leap day ends it.
        const SHIFT: [u32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let year = if month < 3 { self.year.checked_sub(1)? } else { self.year };
        let shift = SHIFT.get(month as usize - 1)?;
        Some((year + year / 4 - year / 100 + year / 400 + shift + day) % 7)
    }

    /// True if this day, month or year is over before `other` begins.
    pub(super) fn is_before(self, other: Date) -> bool {
        if self.year != other.year {
            return self.year < other.year;
        }
        match (self.month, other.month) {
            (Some(one), Some(two)) if one != two => one < two,
            (Some(_), Some(_)) => matches!((self.day, other.day), (Some(one), Some(two)) if one < two),
            _ => false,
        }
    }
}

fn days_of(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: u32, month: u32, day: u32) -> Date {
        Date { year, month: Some(month), day: Some(day) }
    }

    #[test]
    fn days_fall_on_their_weekdays() {
        for (date, name) in [
            (day(2000, 1, 1), "Saturday"),
            (day(2000, 2, 29), "Tuesday"),
            (day(1900, 3, 1), "Thursday"),
            (day(1969, 7, 20), "Sunday"),
            (day(2016, 11, 8), "Tuesday"),
            (day(2024, 12, 31), "Tuesday"),
        ] {
            assert_eq!(date.weekday().map(|at| DAY_NAMES[at as usize]), Some(name), "{date:?}");
        }
        for none in [day(2023, 2, 29), day(1900, 2, 29), day(2020, 13, 1), day(2020, 4, 31), day(2020, 4, 0)] {
            assert_eq!(none.weekday(), None, "{none:?}");
        }
    }

    #[test]
    fn dates_are_ordered_as_far_as_they_are_told() {
        let year = |year| Date { year, month: None, day: None };
        let month = |year, month| Date { year, month: Some(month), day: None };
        assert!(year(1999).is_before(year(2000)) && !year(2000).is_before(year(1999)));
        assert!(!year(2000).is_before(month(2000, 3)) && !month(2000, 3).is_before(year(2000)));
        assert!(month(2000, 2).is_before(day(2000, 3, 1)) && day(2000, 3, 1).is_before(day(2000, 3, 2)));
        assert!(!day(2000, 3, 1).is_before(month(2000, 3)));
    }
}
