//! What the detectors see in the articles of `tests/articles`, and in sentences made for one rule each.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use candor::report::{Act, AttributionReport, Field, Place, SentenceReport, SourceKind, Support, Voice};
use candor::text::{BlockKind, Document};
use candor::{Article, Engine, Report};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::embedded().unwrap());

macro_rules! article {
    ($name:literal) => {
        Read::of(include_str!(concat!("articles/", $name, ".txt")))
    };
}

/// A text and its report.
struct Read {
    text: String,
    report: Report,
}

impl Read {
    fn of(text: &str) -> Self {
        Read { text: text.to_owned(), report: ENGINE.score(&Article::from_text(text)) }
    }

    fn words(&self, place: Place) -> &str {
        place.words(&Article::from_text(&self.text)).unwrap()
    }

    fn joined(&self, places: &[Place]) -> String {
        places.iter().map(|place| self.words(*place)).collect::<Vec<_>>().join(" / ")
    }

    /// The sentence that holds the fragment.
    fn sentence(&self, fragment: &str) -> &SentenceReport {
        let at = self.text.find(fragment).unwrap_or_else(|| panic!("no {fragment:?}")) as u32;
        let holds = |sentence: &&SentenceReport| sentence.place.span.start() <= at && at < sentence.place.span.end();
        self.report.sentences.iter().find(holds).unwrap_or_else(|| panic!("no sentence has {fragment:?}"))
    }

    /// The attributions whose cue stands in the sentence with the fragment.
    fn said_in(&self, fragment: &str) -> Vec<&AttributionReport> {
        let span = self.sentence(fragment).place.span;
        let inside = |said: &&AttributionReport| said.cue.iter().any(|cue| span.contains(cue.span));
        self.report.attributions.iter().filter(inside).collect()
    }

    /// The only attribution in the sentence whose source or cue the fragment touches; failing that, the only
    /// one there is.
    fn said(&self, fragment: &str) -> &AttributionReport {
        let at = self.text.find(fragment).unwrap_or_else(|| panic!("no {fragment:?}")) as u32;
        let end = at + fragment.len() as u32;
        let mut found = self.said_in(fragment);
        let touched = |said: &&&AttributionReport| {
            said.source.iter().chain(&said.cue).any(|place| place.span.start() < end && at < place.span.end())
        };
        let near: Vec<_> = found.iter().filter(touched).copied().collect();
        if !near.is_empty() {
            found = near;
        }
        assert_eq!(found.len(), 1, "{fragment:?}: {found:?}");
        found[0]
    }

    fn marked(&self, feature: &str) -> Vec<&str> {
        let marks = self.report.evidence.iter().filter(|piece| piece.feature_id == feature);
        marks.map(|piece| self.words(piece.place)).collect()
    }

    /// What is marked in the article's own voice.
    fn own(&self, feature: &str) -> Vec<&str> {
        let marks = self.report.evidence.iter();
        let own = marks.filter(|piece| piece.feature_id == feature && piece.voice == Voice::Own);
        own.map(|piece| self.words(piece.place)).collect()
    }

    fn value(&self, feature: &str) -> Option<f64> {
        self.report.features.iter().find(|found| found.id() == feature).unwrap().value
    }

    fn headline(&self) -> Option<String> {
        let headline = Document::read(&Article::from_text(&self.text)).headline?;
        assert_eq!(headline.field, Field::Text);
        headline.span.slice(&self.text).map(str::to_owned)
    }

    fn blocks(&self) -> Vec<(BlockKind, String)> {
        let document = Document::read(&Article::from_text(&self.text));
        let words = |block: &candor::text::Block| block.span.slice(&self.text).unwrap_or_default().to_owned();
        document.blocks.iter().map(|block| (block.kind, words(block))).collect()
    }
}

fn score(name: &str) -> f64 {
    let texts = BTreeMap::from([
        ("well_sourced", include_str!("articles/well_sourced.txt")),
        ("padded", include_str!("articles/padded.txt")),
        ("garbled", include_str!("articles/garbled.txt")),
        ("declaration", include_str!("articles/declaration.txt")),
        ("science", include_str!("articles/science.txt")),
        ("opinion", include_str!("articles/opinion.txt")),
    ]);
    Read::of(texts[name]).report.verdict.unwrap().score
}

#[test]
fn sourced_articles_stand_above_padded_garbled_and_opinionated_ones() {
    for above in ["well_sourced", "declaration", "science"] {
        for below in ["padded", "garbled", "opinion"] {
            assert!(score(above) > score(below), "{above} {} {below} {}", score(above), score(below));
        }
    }
}

#[test]
fn a_speaker_after_the_quotation_is_found_with_her_words() {
    let read = article!("well_sourced");
    let said = read.said("We looked at");
    assert_eq!(read.joined(&said.source), "Maren Oduya, the chief engineer of the trust");
    assert_eq!(read.joined(&said.cue), "said");
    assert!(read.words(said.content[0]).starts_with("\u{201c}We looked at every way"));
    assert_eq!((said.source_kind, said.source_key.as_str(), said.quoted), (SourceKind::Person, "oduya", true));
}

#[test]
fn a_pronoun_speaks_for_the_person_named_before() {
    let read = article!("well_sourced");
    let said = read.said("She told");
    assert_eq!((read.joined(&said.source).as_str(), said.source_key.as_str()), ("She", "oduya"));
    assert_eq!(read.sentence("She told").support, Some(Support::Named));
    let read = article!("science");
    assert_eq!(read.said("She said").source_key, "aldana");
    let said = read.said("he suggested");
    assert_eq!((said.source_key.as_str(), read.joined(&said.cue).as_str()), ("wirth", "suggested"));
}

#[test]
fn an_epithet_speaks_for_the_person_named_before() {
    let read = article!("garbled");
    let said = read.said("the president explained");
    assert_eq!((read.joined(&said.source).as_str(), said.source_key.as_str()), ("the president", "ferrant"));
}

#[test]
fn a_document_is_a_source() {
    let read = article!("well_sourced");
    let said = read.said("according to a contract");
    assert_eq!(said.source_kind, SourceKind::Document);
    assert_eq!(read.joined(&said.content), "The work will cost $4.2 million");
    assert_eq!(read.sentence("according to a contract").support, Some(Support::Document));
    let read = article!("declaration");
    for fragment in ["final declaration", "The document called on"] {
        assert_eq!(read.said(fragment).source_kind, SourceKind::Document, "{fragment}");
        assert_eq!(read.sentence(fragment).support, Some(Support::Document), "{fragment}");
    }
    assert_eq!(read.said("rejected the claims").source_kind, SourceKind::Organisation);
    assert_eq!(read.said("Halvard said").source_key, "halvard");
}

#[test]
fn silence_is_reported_not_blamed() {
    let read = article!("well_sourced");
    assert_eq!(read.marked("negated_evidence_count"), ["declined to comment"]);
    let mut said = read.said_in("declined to comment").into_iter();
    assert!(!said.any(|said| said.act == Act::Report), "who declined to speak said nothing");
    assert!(read.own("weasel_attribution_rate").is_empty());
}

#[test]
fn a_figure_without_a_source_is_unsupported() {
    let read = article!("well_sourced");
    assert_eq!(read.sentence("six crossings").support, Some(Support::None));
    let marked = read.marked("unsupported_claim_ratio");
    assert!(marked.iter().any(|words| words.contains("six crossings")), "{marked:?}");
    assert!(!marked.iter().any(|words| words.contains("31 years old") || words.contains("$4.2 million")), "{marked:?}");
}

#[test]
fn a_bare_source_is_told_from_a_described_one() {
    let padded = article!("padded");
    let said = padded.said("according to a source");
    assert_eq!(said.source_kind, SourceKind::BareAnonymous);
    assert_eq!(padded.marked("bare_anonymous_count").len(), 1);
    let wrapped = article!("wrapped");
    assert!(wrapped.marked("bare_anonymous_count").is_empty());
    assert_eq!(wrapped.said("A person familiar").source_kind, SourceKind::DescribedAnonymous);
    assert_eq!(wrapped.sentence("A person familiar").support, Some(Support::WeakAnon));
    assert_eq!(wrapped.said("Two officials").source_kind, SourceKind::DescribedAnonymous);
}

#[test]
fn padding_is_marked_where_it_stands() {
    let read = article!("padded");
    let filler = read.marked("filler_sentence_ratio");
    for sentence in ["It remains to be seen", "serves as a reminder", "Only time will tell", "By working together"] {
        assert!(filler.iter().any(|words| words.contains(sentence)), "{sentence}");
    }
    let templates = read.marked("significance_template_rate");
    assert!(templates.contains(&"serves as a reminder"), "{templates:?}");
    let repeated = read.marked("repeated_ngram_ratio");
    assert!(repeated.iter().filter(|words| words.contains("upcoming meeting of the water council")).count() >= 2);
    for feature in ["filler_sentence_ratio", "repeated_ngram_ratio"] {
        assert!(read.value(feature) > article!("science").value(feature), "{feature}");
    }
}

#[test]
fn broken_quotations_and_garble_are_marked() {
    let read = article!("garbled");
    let broken = read.marked("quote_integrity_error_rate");
    let starts = |words: &str| broken.iter().any(|marked| marked.starts_with(words));
    let ends = |words: &str| broken.iter().any(|marked| marked.ends_with(words));
    assert!(starts("\u{201c}They are pressing") && starts("\u{201c}This would be"), "{broken:?}");
    assert!(ends("by the council.\u{201d}") && ends("same moment closed,\u{201d}"), "{broken:?}");
    assert!(broken.contains(&"."), "{broken:?}");
    assert!(read.marked("garble_rate").contains(&"operations,"));
    for sound in [article!("well_sourced"), article!("science"), article!("speech"), article!("wrapped")] {
        assert!(sound.marked("quote_integrity_error_rate").is_empty(), "{:?}", sound.headline());
        assert_eq!(sound.value("garble_rate"), Some(0.0), "{:?}", sound.headline());
    }
    assert_eq!(read.headline(), None);
    assert_eq!(read.value("headline_missing"), Some(1.0));
}

#[test]
fn announced_significance_is_marked() {
    let read = article!("declaration");
    let marked = read.marked("significance_template_rate");
    for words in ["a pivotal moment", "In a significant move", "underscores the need"] {
        assert!(marked.contains(&words), "{marked:?}");
    }
    assert!(read.marked("opinion_sentence_ratio").iter().any(|words| words.contains("signifies a growing")));
    assert!(article!("well_sourced").marked("significance_template_rate").is_empty());
}

#[test]
fn a_section_label_is_no_headline() {
    let read = article!("declaration");
    assert_eq!(read.headline().as_deref(), Some("Coastal States Condemn Dumping In Northern Strait"));
    assert_eq!(read.blocks()[0], (BlockKind::SectionLabel, "World".to_owned()));
}

#[test]
fn page_furniture_is_told_from_the_article() {
    let read = article!("furniture");
    let kind = |words: &str| {
        let blocks = read.blocks();
        let found: Vec<_> = blocks.iter().filter(|(_, text)| text.starts_with(words)).map(|(kind, _)| *kind).collect();
        found
    };
    assert_eq!(kind("Lindmoor Library"), [BlockKind::Headline, BlockKind::Duplicate]);
    assert_eq!(kind("By Petra"), [BlockKind::Byline]);
    assert_eq!(kind("March 3"), [BlockKind::Byline]);
    for words in
        ["Share on", "Tweet", "Advertisement", "Read more", "Please enter your comment", "Please enter your name"]
    {
        assert_eq!(kind(words), [BlockKind::Boilerplate], "{words}");
    }
    for words in ["The comments posted", "Kindly refrain"] {
        assert!(read.sentence(words).boilerplate, "{words}");
    }
    assert!(!read.sentence("Lindmoor will close").boilerplate);
    let loaded = read.marked("loaded_language_rate");
    assert!(loaded.is_empty(), "words of the disclaimer are not the article's: {loaded:?}");
}

#[test]
fn an_opinion_column_is_marked_and_labelled() {
    let read = article!("opinion");
    assert_eq!(read.value("genre_label_seen"), Some(1.0));
    assert_eq!(read.own("loaded_language_rate"), ["shameful", "outrageous", "absurd"]);
    assert!(read.own("booster_rate").contains(&"Clearly"));
    assert!(read.own("deontic_own_voice_rate").len() >= 4);
    assert_eq!(read.said("Supporters claim").source_kind, SourceKind::Collective);
    assert_eq!(article!("science").value("genre_label_seen"), Some(0.0));
}

#[test]
fn a_quotation_over_paragraphs_has_one_speaker_and_no_fault() {
    let read = article!("speech");
    let marks = read.report.evidence.iter().filter(|piece| piece.feature_id == "speaker_linked_quote_ratio");
    let unlinked: Vec<_> = marks.filter(|piece| piece.severity > 0.0).map(|piece| read.words(piece.place)).collect();
    assert!(unlinked.is_empty(), "{unlinked:?}");
    for paragraph in ["We were told in January", "In April we were told", "Now it is November"] {
        assert_eq!(read.sentence(paragraph).voice, Voice::Quoted, "{paragraph}");
    }
    assert_eq!(read.said("Now it is November").source_key, "parfitt");
}

#[test]
fn single_marks_quote_and_apostrophes_do_not() {
    let text = include_str!("articles/speech.txt");
    let document = Document::read(&Article::from_text(text));
    let single: Vec<_> =
        document.quotes.iter().filter(|quote| quote.single).filter_map(|quote| quote.span.slice(text)).collect();
    assert_eq!(
        single,
        [
            "\u{2018}We were told to wait\u{2019}",
            "\u{2018}a fair and final deal\u{2019}",
            "\u{2018}We remain open to talks at any hour of the day,\u{2019}",
            "\u{2018}no new idea\u{2019}"
        ]
    );
}

#[test]
fn hedges_of_the_article_count_and_those_of_its_speakers_do_not() {
    let read = article!("science");
    let own = read.own("epistemic_hedge_rate");
    let holds = |words: &[&str], start: &str| words.iter().any(|words| words.starts_with(start));
    for hedge in ["may delay", "appeared to flower", "could perhaps be explained", "probably warmed", "might matter"] {
        assert!(holds(&own, hedge), "{hedge}: {own:?}");
    }
    assert!(!holds(&own, "It is possible that"));
    assert!(holds(&read.marked("epistemic_hedge_rate"), "It is possible that"), "marked, as quoted");
    assert_eq!(read.own("negated_evidence_count"), ["no evidence of an effect under red lamps"]);
    let without = Read::of(&read.text.replace("It is possible that the plants", "The plants"));
    let hedges = |read: &Read| read.own("epistemic_hedge_rate").len();
    assert_eq!(hedges(&without), hedges(&read));
}

#[test]
fn wrapped_lines_are_one_paragraph() {
    let read = article!("wrapped");
    let paragraphs = read.blocks().iter().filter(|(kind, _)| *kind == BlockKind::Body).count();
    assert_eq!(paragraphs, 4);
    assert_eq!(read.headline().as_deref(), Some("GRAIN TERMINAL IN OSTVIK REOPENS AFTER FIRE"));
    let sentence = read.sentence("A person familiar").place;
    assert!(read.words(sentence).starts_with("A person familiar\nwith"));
}

/// Phrases that look like a report and are none.
#[test]
fn names_and_nouns_are_no_reports() {
    for text in [
        "The United States opened a port in the north.",
        "The reports were on the table in the hall.",
        "His claims adjuster lives in the town.",
        "Their doubts were few and the river was high.",
        "State-run media were in the building.",
        "The state-owned mill burned on Monday.",
        "The king's claims to the island are old.",
        "He was held on charges of theft.",
    ] {
        let read = Read::of(text);
        assert!(read.report.attributions.is_empty(), "{text}: {:?}", read.report.attributions);
    }
}

/// Words that look like a hedge and are none.
#[test]
fn months_and_abilities_are_no_doubt() {
    for text in [
        "The ship left on May 9 and came back.",
        "She was born in the month of May.",
        "It rained in May.",
        "Theresa May left the room.",
        "He could hear the river from the road.",
        "The crew could not reach the ship.",
        "The mill made flour as well as oil.",
        "The army showed its might.",
    ] {
        assert!(Read::of(text).marked("epistemic_hedge_rate").is_empty(), "{text}");
    }
    for text in ["The ship may leave on Monday.", "The plan could fail.", "It might rain in May."] {
        assert_eq!(Read::of(text).marked("epistemic_hedge_rate").len(), 1, "{text}");
    }
}

#[test]
fn nobody_in_particular_is_told_from_somebody() {
    for text in [
        "It is said that a king slept here.",
        "It\u{2019}s said that a king slept here.",
        "It is believed that the ship sank.",
        "Critics say it is late.",
    ] {
        assert_eq!(Read::of(text).marked("weasel_attribution_rate").len(), 1, "{text}");
    }
    for text in [
        "The mayor, Orla Brandt, opened it. He said it is old.",
        "The company closed the mill. It said that sales had fallen.",
        "Orla Brandt is one of the critics. Brandt said that the mill was old.",
    ] {
        assert!(Read::of(text).marked("weasel_attribution_rate").is_empty(), "{text}");
    }
}

#[test]
fn abbreviations_numbers_and_initials_do_not_end_a_sentence() {
    for text in [
        "U.S. officials met in the hall.",
        "The U.S. government sent three ships.",
        "The talks began on Jan. 5 in the hall.",
        "Prices rose by 3.5 percent in the year.",
        "The book is by J. K. Tallis of the town.",
        "He met Mr. Smith and Dr. Jones in the hall.",
        "The train leaves at 5 p.m. from the town.",
        "Calder Inc. sold its mill on Monday.",
    ] {
        assert_eq!(Read::of(text).report.sentences.len(), 1, "{text}");
    }
    for text in [
        "He lives in the U.S. The house is old.",
        "It was 5 p.m. The train left.",
        "He works for Calder Inc. The firm is old.",
        "It opens in May. The mill is old.",
        "\u{201c}Is it late?\u{201d} he asked. She left.",
    ] {
        assert_eq!(Read::of(text).report.sentences.len(), 2, "{text}");
    }
}

#[test]
fn a_friend_of_his_may_speak_and_his_claims_may_not() {
    assert_eq!(Read::of("A friend of his said that the mill was old.").report.attributions.len(), 1);
    assert!(Read::of("His claims were old.").report.attributions.is_empty());
    assert!(Read::of("Her professed love of the mill was old.").report.attributions.is_empty());
}

#[test]
fn a_speaker_set_apart_by_commas_stands_before_the_verb() {
    for (text, source, key) in [
        ("Dr. Tallis, who runs the surgery, said that patients wait.", "Dr. Tallis, who runs the surgery,", "tallis"),
        ("Dr. Tallis, a surgeon, said that patients wait.", "Dr. Tallis, a surgeon,", "tallis"),
        (
            "Idris Calloway, the librarian, told the Courier that it was late.",
            "Idris Calloway, the librarian,",
            "calloway",
        ),
    ] {
        let read = Read::of(text);
        let said = read.said(text);
        assert_eq!((read.joined(&said.source).as_str(), said.source_key.as_str()), (source, key), "{text}");
    }
}
