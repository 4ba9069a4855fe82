//! Consistency: places of one text that cannot both be right.
//!
//! Only what the text itself settles counts: two ages of one person, a weekday that a date did not fall on. Where two
//! statements may be about different things, nothing is said: a false alarm costs more than a miss.

mod calendar;
mod dates;
mod numbers;

use crate::text::Document;

use super::attribution::Attributions;
use super::margin::Margin;

/// Contradictions of the body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Consistency {
    pub numbers: Compared,
    pub dates: Compared,
}

/// What could be compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// Statements that were held against another, or against the calendar. Most articles have none.
    pub pairs: u32,
    /// Those that cannot both be right.
    pub conflicts: u32,
}

/// Finds contradictions.
#[must_use]
pub fn detect(document: &Document<'_>, attribution: &Attributions, margin: &mut Margin) -> Consistency {
    Consistency { numbers: numbers::detect(document, attribution, margin), dates: dates::detect(document, margin) }
}

#[cfg(test)]
mod tests {
    use super::Consistency;
    use crate::article::Article;
    use crate::detect::Analysis;

    /// Conflicts of numbers and of dates.
    fn found(text: &str) -> (u32, u32) {
        let Consistency { numbers, dates } = Analysis::of(&Article::from_text(text)).consistency;
        assert!(numbers.conflicts <= numbers.pairs && dates.conflicts <= dates.pairs, "{text}");
        (numbers.conflicts, dates.conflicts)
    }

    #[test]
    fn what_agrees_was_compared_and_what_stands_alone_was_not() {
        for (text, pairs) in [
            ("The vote was held on Tuesday, November 8, 2016, in the hall.", (0, 1)),
            ("She led the board from 2012 to 2015.", (0, 1)),
            ("Jane Doe, 43, left the room. Nobody saw it. Jane Doe, 43, was found in the park.", (1, 0)),
            ("Jane Doe, 43, left the room on Tuesday. The mill opened in 1955, 60 years ago.", (0, 0)),
        ] {
            let Consistency { numbers, dates } = Analysis::of(&Article::from_text(text)).consistency;
            assert_eq!((numbers.pairs, dates.pairs), pairs, "{text}");
        }
    }

    #[test]
    fn the_calendar_refutes_dates() {
        for text in [
            "The vote was held on Monday, November 8, 2016, in the hall.",
            "The vote was held on Monday, Nov. 8, 2016, in the hall.",
            "The vote was held on Monday, 8 November 2016, in the hall.",
            "The vote was held on Monday night, November 8th, 2016, in the hall.",
            "She led the board from 2015 to 2012.",
            "She led the board between March 2015 and May 2014.",
            "The road was shut from June 9, 2015 until June 3, 2015.",
            "The mill opened in 1955, 60 years ago. It burned down in 1985, ten years ago.",
            "The board found that 52 percent approve of the plan and 56 percent disapprove of it.",
            "About 80 percent of the money went to roads and the remaining 30 percent to schools.",
        ] {
            assert_eq!(found(text), (0, 1), "{text}");
        }
    }

    #[test]
    fn what_may_be_right_is_left_alone() {
        for text in [
            "The vote was held on Tuesday, November 8, 2016, in the hall.",
            "The vote was held on Monday. On November 8, 2016, it was void.",
            "The vote was held on Monday, November 8, in the hall.",
            "The fair runs Monday through Friday, June 5, 2017.",
            "The fair runs on Saturday and Sunday, June 5 and 6, 2016.",
            "The mill was built on Monday, February 30, 2015, he joked.",
            "She led the board from 2012 to 2015, and from 2017 until 2019.",
            "Cases fell from 2015 to 1987 in a week.",
            "The number dropped from 2015 to 1987 cases in a week.",
            "The state lasted from 1950 to 1900 BC.",
            "The period between 2015 and 2015 was calm.",
            "The mill opened in 1955, 60 years ago. It burned down in 1985, 31 years ago.",
            "The mill opened in 1955, some 60 years ago. It burned down in 1985, about ten years ago.",
            "He said that 72% of Republicans support the plan and that 69% of Democrats oppose it.",
            "Some 52 percent of men approve and 56 percent of women disapprove.",
            "Some 72 percent approve, and half, 69 percent of whom are old, disapprove.",
            "Sales rose 80 percent in May and 56 percent in June.",
            "The board found that 52 percent approve and 45 percent disapprove.",
            "Some 80 percent support the road, and 75 percent support the school.",
        ] {
            assert_eq!(found(text), (0, 0), "{text}");
        }
    }

    #[test]
    fn two_numbers_for_one_thing_conflict() {
        for text in [
            "Jane Doe, 43, left the room. Nobody saw it. Jane Doe, 45, was found in the park.",
            "The vote of the 12-member council was open. Critics of the 14-member council left.",
            "The fire killed 12 people in Ostrava on Monday. On Monday in Ostrava the fire killed 15 people.",
        ] {
            assert_eq!(found(text), (1, 0), "{text}");
        }
    }

    #[test]
    fn numbers_for_two_things_do_not() {
        for text in [
            "Jane Doe, 43, left the room. Nobody saw it. Jane Doe, 43, was found in the park.",
            "Jane Doe, 43, left the room. John Doe, 45, was found in the park.",
            "Jane Doe, 43, left the room. The points: Jane Doe, 51, Ruth Hale, 30, John Hale, 9.",
            "The 12-member council met. The 14-member board met. A 15-member council is planned.",
            "The 12-member council panel met. The 14-member council met.",
            "The 5-year plan failed, and the 10-year plan did too.",
            "The fire killed 12 people in Ostrava on Monday. On Tuesday in Ostrava the fire killed 15 people.",
            "The fire killed 12 people in Ostrava on Monday. On Monday in Ostrava the toll rose as the fire killed 15 people.",
            "The fire killed 1,187 people in Ostrava on Monday. On Monday in Ostrava the fire killed 1,200 people.",
            "The fire killed 12 people in Ostrava on Monday. On Monday in Ostrava the fire killed at least 10 people.",
            "The fire killed 12 people. The flood killed 15 people.",
            "\"Jane Doe, 43, was there,\" he said. \"No, Jane Doe, 45, was not,\" she said.",
        ] {
            assert_eq!(found(text), (0, 0), "{text}");
        }
    }

    #[test]
    fn both_places_are_marked() {
        let text = "Jane Doe, 43, left the room. Nobody saw it. Jane Doe, 45, was found in the park.";
        let marks: Vec<(String, String)> = Analysis::of(&Article::from_text(text))
            .evidence
            .iter()
            .filter(|mark| mark.feature_id == "number_conflict_count")
            .map(|mark| (mark.place.span.slice(text).unwrap().to_owned(), mark.message.to_string()))
            .collect();
        let expected =
            [("Jane Doe, 43", "The text elsewhere gives 45."), ("Jane Doe, 45", "The text elsewhere gives 43.")];
        assert_eq!(marks, expected.map(|(words, message)| (words.to_owned(), message.to_owned())));
    }
}
