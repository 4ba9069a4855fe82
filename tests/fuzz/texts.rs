//! Articles, from noise to nearly news.

use candor::Article;
use candor::report::{Field, OffsetEncoding, Options, View};
use candor::rpc::convert;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::common::marks::MARKS;
use crate::{ENGINE, config, reached, sound};

/// A text alone, and under its first line as a title.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    check_article("", &text);
    check_article(text.lines().next().unwrap_or_default(), &text);
}

fn check_article(title: &str, text: &str) {
    let article = Article { title, ..Article::from_text(text) };
    let report = ENGINE.score_for(&article, View::Full);
    sound::check(&report, &article);
    // A third of the texts in each encoding: the reports are the same, and converting them costs.
    let encodings = [OffsetEncoding::Utf8, OffsetEncoding::Utf16, OffsetEncoding::Utf32];
    let offset_encoding = encodings[text.len() % 3];
    let places: Vec<_> = report.evidence.iter().map(|piece| piece.place).collect();
    let options = Options { view: View::Full, offset_encoding, max_evidence: None };
    let sent = convert::report(report, &article, options);
    assert_eq!(sent.evidence.len(), places.len());
    for (piece, place) in sent.evidence.iter().zip(places) {
        let within = if place.field == Field::Title { title } else { text };
        let units = |byte: u32| i32::try_from(units(&within[..byte as usize], offset_encoding)).unwrap();
        let span = piece.span.as_ref().unwrap();
        assert_eq!((span.start, span.end), (units(place.span.start()), units(place.span.end())), "{piece:?}");
        assert_eq!(Some(piece.quote.as_str()), place.words(&article));
    }
}

fn units(text: &str, encoding: OffsetEncoding) -> usize {
    match encoding {
        OffsetEncoding::Utf8 => text.len(),
        OffsetEncoding::Utf16 => text.encode_utf16().count(),
        OffsetEncoding::Utf32 => text.chars().count(),
    }
}

const SENTENCES: &[&str] = &[
    "The ferry company of Halvorsund will stop its night crossings on March 3, its chairman said on Tuesday.",
    "\u{201c}Nobody asked the islands,\u{201d} said Ingrid Vaal, who has driven the school bus since 1998.",
    "According to a study published in May by the University of Tarn, fares rose by 14.5 percent in three years.",
    "Critics say that the plan is a disaster, and many fear the worst!",
    "A source close to the board, who asked not to be named, said: \"It was never about money.\"",
    "The company did not respond to a request for comment.",
    "It may, perhaps, cost about $2.4m; it could also cost nothing at all.",
    "This marks a pivotal moment for the coast, and underscores the need for action.",
    "\u{2018}We will sue,\u{2019} he told reporters (twice), \u{2018}and we will win\u{2019}.",
    "Photo: H. Lund / Agency",
    "READ MORE: Ten harbours you have to see",
    "She denied this. \u{201c}They lied,\u{201d} she added, \u{201c}and they know it. They always",
    "On Monday, 9 June 2025, the minister was 47; on Friday he was 46, and 3 of 4 ships were 5 ships.",
    "- Tickets cost 12 crowns\n- Children pay 7\n",
    "The Guardian of the Seas, a charity, reports that \u{201c}the \u{2018}best\u{2019} boats\u{201d} are gone.",
    "Why did nobody stop it? You won't believe what the captain said.",
    "Sept. 11 at 5 p.m., Dr. J. K. Moen of the U.K. office, Inc., No. 7, wrote on https://example.org/a?b=c#d.",
    "The population is 5,000, or 5.000, or 5000; 120% of 4/5 is 0.96, and 1-2 is 10:30.",
    "It is widely believed that the ferries are unsafe, although there is no evidence of it.",
    "Ingrid Vaal, the chair of the board, was quoted as saying:\n\nWe will sue.\n\nI am done with it.",
    "We have no boats left. \u{2014} Ingrid Vaal (@vaal) March 3, 2021\n",
    "The board voted 11 to 6, or 11-6, to SHUT THE FERRY DOWN.",
    "Correction: an earlier version of this article gave the wrong year.",
];

/// A piece of a text.
#[derive(Debug, Clone)]
enum Piece {
    Sentence(&'static str),
    /// A sentence up to some place.
    Cut(&'static str, Index),
    /// One word of a sentence.
    Word(&'static str, Index),
    Mark(&'static str),
    Any(char),
    /// One character over and over.
    Run(char, usize),
}

impl Piece {
    fn write(&self, text: &mut String) {
        match self {
            Piece::Sentence(sentence) => text.push_str(sentence),
            Piece::Cut(sentence, at) => text.extend(sentence.chars().take(at.index(sentence.len()))),
            Piece::Word(sentence, at) => {
                let words = sentence.split(' ');
                text.extend(words.clone().nth(at.index(words.count())));
            }
            Piece::Mark(mark) => text.push_str(mark),
            Piece::Any(c) => text.push(*c),
            Piece::Run(c, times) => text.extend(std::iter::repeat_n(*c, *times)),
        }
    }
}

fn piece() -> impl Strategy<Value = (Piece, bool)> {
    let piece = prop_oneof![
        3 => select(SENTENCES).prop_map(Piece::Sentence),
        2 => (select(SENTENCES), any::<Index>()).prop_map(|(sentence, at)| Piece::Cut(sentence, at)),
        9 => (select(SENTENCES), any::<Index>()).prop_map(|(sentence, at)| Piece::Word(sentence, at)),
        6 => select(MARKS).prop_map(Piece::Mark),
        1 => any::<char>().prop_map(Piece::Any),
    ];
    let run = (prop_oneof![3 => prop::char::range('!', '~'), 1 => any::<char>()], 2usize..200);
    let piece = prop_oneof![40 => piece, 1 => run.prop_map(|(c, times)| Piece::Run(c, times))];
    (piece, prop::bool::weighted(0.7))
}

/// Pieces, most with a blank behind them, of at most so many bytes.
fn pieces(most: usize, bytes: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..most).prop_map(move |pieces| {
        let mut text = String::new();
        for (piece, blank) in pieces {
            if text.len() >= bytes {
                break;
            }
            piece.write(&mut text);
            text.push_str(if blank { " " } else { "" });
        }
        text.truncate(text.floor_char_boundary(bytes));
        text
    })
}

/// Sentences enough for a score, with marks between or within them.
fn nearly_news() -> impl Strategy<Value = String> {
    let sentences = prop::collection::vec((select(SENTENCES), prop::bool::weighted(0.2)), 7..11);
    let marks = prop::collection::vec((any::<Index>(), select(MARKS)), 0..6);
    (sentences, marks).prop_map(|(sentences, marks)| {
        let mut text = String::new();
        for (sentence, ends_a_paragraph) in sentences {
            text.push_str(sentence);
            text.push_str(if ends_a_paragraph { "\n\n" } else { " " });
        }
        for (at, mark) in marks {
            text.insert_str(text.floor_char_boundary(at.index(text.len())), mark);
        }
        text
    })
}

fn any_article() -> impl Strategy<Value = (String, String)> {
    let text = prop_oneof![12 => pieces(40, 400), 3 => nearly_news(), 1 => any::<String>()];
    let title = prop_oneof![3 => Just(String::new()), 1 => pieces(5, 100)];
    (title, text)
}

#[test]
fn some_texts_are_scored_and_some_are_not() {
    let scored = reached(any_article(), |(title, text)| {
        ENGINE.score(&Article { title: &title, ..Article::from_text(&text) }).verdict.is_some()
    });
    assert!((20..200).contains(&scored), "{scored} of 400");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_has_a_sound_report((title, text) in any_article()) {
        check_article(&title, &text);
    }
}
