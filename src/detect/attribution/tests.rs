use super::{Act, Attributions};
use crate::article::Article;
use crate::detect::Margin;
use crate::report::SourceKind;
use crate::text::Document;

struct Read<'a> {
    document: Document<'a>,
    found: Attributions,
}

fn read(text: &str) -> Read<'_> {
    let document = Document::read(&Article::from_text(text));
    let found = super::detect(&document, &mut Margin::default());
    Read { document, found }
}

impl Read<'_> {
    fn words(&self, range: &std::ops::Range<u32>) -> String {
        let span = self.document.span_of(range.start as usize, range.end as usize);
        span.slice(self.document.article.text).unwrap_or_default().to_owned()
    }

    /// Act, source, cue and contents of each relation.
    fn all(&self) -> Vec<(Act, String, String, String)> {
        let relation = |found: &super::Attribution| {
            let content: Vec<String> = found.content.iter().flatten().map(|range| self.words(range)).collect();
            let source = found.source.as_ref().map(|range| self.words(range)).unwrap_or_default();
            (found.act, source, self.words(&found.cue), content.join(" | "))
        };
        self.found.all.iter().map(relation).collect()
    }

    fn key(&self, at: usize) -> Option<String> {
        self.found.all.get(at)?.key.as_ref().map(|range| self.words(range))
    }
}

fn assert_only(text: &str, act: Act, source: &str, cue: &str, content: &str) {
    let expected = vec![(act, source.to_owned(), cue.to_owned(), content.to_owned())];
    assert_eq!(read(text).all(), expected, "{text}");
}

#[test]
fn reports_are_told_from_minds_perceptions_and_appearances() {
    assert_only("The mayor said the bridge is safe.", Act::Report, "The mayor", "said", "the bridge is safe");
    assert_only("The mayor wants a new bridge.", Act::Attitude, "The mayor", "wants", "a new bridge");
    assert_only("The guard noticed two men.", Act::Perception, "The guard", "noticed", "two men");
    assert_only("The plan appears sound.", Act::Hearsay, "", "appears", "The plan | sound");
}

#[test]
fn only_reports_support() {
    let read = read("Mayor Jane Doe wants a new bridge. She said the old one is unsafe.");
    assert!(read.found.of(0).is_empty());
    assert_eq!(read.found.all_of(0).len(), 1);
    assert_eq!(read.found.of(1).len(), 1);
    assert_eq!(read.found.named_sentences, 1);
}

#[test]
fn nouns_that_look_like_verbs_hand_nothing_over() {
    for text in [
        "The company holds a claim.",
        "The plan has nine pages.",
        "The club has 400 pledged seats.",
        "The view was blocked by a tree.",
        "The actor appeared on a stage in May.",
    ] {
        assert_eq!(read(text).all(), [], "{text}");
    }
}

#[test]
fn the_object_of_what_was_not_done_speaks_for_nobody() {
    let all = read("The manager did not answer calls.").all();
    assert_eq!(all, [(Act::Mention, "The manager".into(), "did not answer".into(), "calls".into())]);
}

#[test]
fn a_cue_has_its_helpers_and_a_source_its_apposition() {
    let all = read("Jane Doe, a spokeswoman for the port, has repeatedly said that ships are late.").all();
    let Some((_, source, cue, content)) = all.first() else { panic!("nothing found") };
    assert_eq!(source.trim_end_matches(','), "Jane Doe, a spokeswoman for the port");
    assert_eq!((cue.as_str(), content.as_str()), ("has repeatedly said", "that ships are late"));
}

#[test]
fn a_quotation_that_goes_on_belongs_to_its_speaker() {
    let text = "\u{201c}The bridge is safe,\u{201d} Jane Doe said. \u{201c}We looked at it. It stands.\u{201d}";
    let read = read(text);
    let at = text.find("looked").unwrap() as u32;
    let token = read.document.tokens.iter().position(|token| token.start == at).unwrap() as u32;
    assert!(read.found.covers_token(token));
    assert_eq!(read.found.holder(token).map(|found| found.kind), Some(SourceKind::Person));
}

#[test]
fn a_pronoun_stands_for_somebody_it_fits() {
    let read = read("Mr. Hale said no. Mrs. Doe said yes. He said it was late. She said it was not.");
    assert_eq!(read.key(2).as_deref(), Some("Mr. Hale"));
    assert_eq!(read.key(3).as_deref(), Some("Mrs. Doe"));
}

#[test]
fn what_is_said_ends_where_the_next_report_begins() {
    let all = read("Jane Doe said the road was shut, adding that the bridge was open.").all();
    let contents: Vec<&str> = all.iter().map(|(.., content)| content.as_str()).collect();
    assert_eq!(contents, ["the road was shut", "that the bridge was open"]);
}

#[test]
fn documents_that_open_a_sentence_are_sources() {
    let read = read("In a survey by the union, nine in ten nurses were tired.");
    assert_eq!(read.found.all.first().map(|found| found.kind), Some(SourceKind::Document));
}

#[test]
fn whom_advisers_serve_describes_them() {
    for text in ["Advisers to Mr. Hale said the port was shut.", "An aide to the mayor said the port was shut."] {
        assert!(read(text).found.all.iter().all(|said| said.kind == SourceKind::DescribedAnonymous), "{text}");
    }
    let bare = read("Officials said the port was shut.").found;
    assert!(bare.all.iter().any(|said| said.kind == SourceKind::BareAnonymous));
}

#[test]
fn a_cue_has_its_occasion_and_its_manner() {
    let text = "The firm said in a brief statement that the plant is shut.";
    assert_only(text, Act::Report, "The firm", "said in a brief statement", "that the plant is shut");
    assert_only(
        "The mayor said Tuesday the bridge is safe.",
        Act::Report,
        "The mayor",
        "said Tuesday",
        "the bridge is safe",
    );
    // Where and when it was said elsewhere stays outside.
    assert_only(
        "The mayor said at noon the bridge is safe.",
        Act::Report,
        "The mayor",
        "said",
        "at noon the bridge is safe",
    );
}

#[test]
fn details_stand_between_a_name_and_its_verb() {
    let read = read("Jane Doe, 41, of Flint, Mich., said the water is brown.");
    let all = read.all();
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].1.starts_with("Jane Doe"), "{all:?}");
}

#[test]
fn a_clause_after_a_subordinator_has_its_own_subject() {
    let read = read("As the Harbor Gazette reported, the ferry sank.");
    let (act, source, cue, _) = read.all().remove(0);
    assert_eq!((act, source.as_str(), cue.as_str()), (Act::Report, "the Harbor Gazette", "reported"));
}

#[test]
fn a_source_is_named_whole() {
    let source = |text: &str| read(text).all().remove(0).1;
    assert_eq!(source("The mayor and the sheriff said the road is shut."), "The mayor and the sheriff");
    assert_eq!(source("Some of the nurses said the ward is full."), "Some of the nurses");
    assert_eq!(
        source("\"We are full,\" said Jane Doe, senior adviser to the governor."),
        "Jane Doe, senior adviser to the governor"
    );
}

#[test]
fn verbs_of_phase_belong_to_the_cue() {
    let text = "The senator continued to criticize the levy.";
    assert_only(text, Act::Mention, "The senator", "continued to criticize", "the levy");
}

#[test]
fn a_noun_has_its_light_verb() {
    let text = "The auditor raised serious questions about the sale.";
    let all = read(text).all();
    assert!(all.iter().any(|found| found.1 == "The auditor" && found.2.starts_with("raised")), "{all:?}");
}

#[test]
fn an_opening_phrase_says_whose_the_view_is() {
    let all = read("To her critics, the tower is a waste.").all();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((all[0].0, all[0].1.as_str()), (Act::Attitude, "her critics"));
    let all = read("In the mayor's view, the tower is a waste.").all();
    assert_eq!((all[0].0, all[0].1.as_str(), all[0].2.as_str()), (Act::Attitude, "the mayor's", "view"));
    // Somewhere to go is nobody's view.
    assert!(read("To the north, the tower is a ruin.").all().is_empty());
}

#[test]
fn a_name_after_a_dash_signs_a_quotation() {
    let read = read("\"The old bridge has to go before winter.\" - Jane Doe.\n\nThe town hall was full.");
    let all = read.all();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((all[0].0, all[0].1.as_str(), all[0].2.as_str()), (Act::Report, "Jane Doe", "-"));
}

#[test]
fn a_fronted_clause_ends_at_its_comma() {
    let read = read("While the mayor says the dam is safe, the sheriff warns that it leaks.");
    let all = read.all();
    assert_eq!(all[0].3, "the dam is safe", "{all:?}");
    assert_eq!(all[1].1, "the sheriff", "{all:?}");
}

#[test]
fn a_participle_hands_over_what_follows_it() {
    let text = "\u{201c}We need change,\u{201d} Jane Doe said, arguing that the bridge is old.";
    let all = read(text).all();
    assert_eq!(all[1], (Act::Report, "Jane Doe".into(), "arguing".into(), "that the bridge is old".into()));
}

#[test]
fn a_participle_belongs_to_who_acts_and_not_to_who_has_something() {
    let read = read("Hale attacked Doe for her support of the war, saying she is unfit.");
    let saying = read.all().into_iter().find(|relation| relation.2 == "saying").unwrap();
    assert_eq!(saying.1, "Hale");
}

#[test]
fn what_is_added_or_shown_is_not_said() {
    for text in [
        "The state had added the extra week.",
        "Voters prove that they live there.",
        "Not that anyone is arguing here.",
    ] {
        assert!(read(text).found.of(0).is_empty(), "{text}");
    }
    assert_only("The mayor added that it rained.", Act::Report, "The mayor", "added", "that it rained");
    assert_only("The mayor added she was glad.", Act::Report, "The mayor", "added", "she was glad");
}

#[test]
fn nobody_is_a_source_by_keeping_silent() {
    assert!(read("Lawmakers have not said when they will vote.").found.of(0).is_empty());
    assert_eq!(read("Jane Doe has not said when she will leave.").found.of(0).len(), 1);
}

#[test]
fn they_may_be_two_who_were_named() {
    let read = read("Mr. Hale and Mr. Doe say the law is old. The courts have changed it, they say.");
    assert_eq!(read.found.of(1)[0].kind, SourceKind::Person);
}

#[test]
fn he_may_be_a_surname_that_looked_like_a_firm() {
    let read = read("Husted said the court was wrong. He said the state would appeal.");
    assert_eq!(read.key(1).as_deref(), Some("Husted"));
}

#[test]
fn the_inner_subject_says_it() {
    let sources = |text| read(text).all().into_iter().map(|relation| relation.1).collect::<Vec<_>>();
    assert!(sources("They spoke of meddling the senator said is old.").contains(&"the senator".to_owned()));
    assert_eq!(sources("It took steps to widen its oversight The agency said more were due."), ["The agency"]);
}

#[test]
fn those_who_are_counted_stand_before_the_comma() {
    let read = read("He met retired generals, most of whom had announced their support.");
    assert_eq!(read.key(0).as_deref(), Some("retired generals"));
    assert_eq!(read.found.all[0].kind, SourceKind::DescribedAnonymous);
}

#[test]
fn a_name_given_in_quotation_marks_is_speech() {
    let act = |text| read(text).all()[0].0;
    assert_eq!(act("Jane Doe called the ruling a \u{201c}huge win for voters.\u{201d}"), Act::Report);
    assert_eq!(act("Jane Doe called Friday's ruling late."), Act::Mention);
}

#[test]
fn a_paper_may_stand_far_before_what_it_shows() {
    let read = read("An analysis of funds that raised $9 or more since Jan. 1, 2015, shows rivals falling behind.");
    assert_eq!(read.found.of(0)[0].kind, SourceKind::Document);
}

#[test]
fn a_share_of_those_asked_is_no_unnamed_source() {
    let read = read("In the survey 63 percent said the bridge was safe. Nearly eight of 10 voters say they will stay.");
    assert_eq!(read.found.anonymous, 0);
}

#[test]
fn what_researchers_find_they_report() {
    assert_eq!(read("Researchers found that tea helps.").found.of(0)[0].kind, SourceKind::Collective);
    let read = read("The trial of 900 nurses ended. Researchers found that tea helps.");
    assert_eq!(read.found.of(1)[0].kind, SourceKind::Document);
    assert_eq!(read.key(0).as_deref(), Some("trial"));
}

#[test]
fn a_title_in_quotation_marks_is_part_of_the_apposition() {
    let text = "Jane Doe, a doctor on \u{201c}The Long Night,\u{201d} said the term was wrong.";
    assert_eq!(read(text).key(0).as_deref(), Some("Jane Doe"));
}

#[test]
fn one_source_of_two_verbs_is_counted_once() {
    let read = read("\u{201c}It is so,\u{201d} the source said, referring to the code.");
    assert_eq!((read.found.all.len(), read.found.bare_anonymous), (2, 1));
}

#[test]
fn what_was_not_done_is_not_said() {
    assert!(read("The mayor left without saying why.").found.of(0).is_empty());
    assert!(read("The economy added 12,000 jobs.").found.of(0).is_empty());
}
