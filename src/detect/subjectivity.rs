//! Subjectivity: loaded words, insults, calls upon the reader, and opinion in the article's own voice.

use crate::classify::{Sample, Task, classifier};
use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{Document, KeySet, Sentence, Token, form, word_key};

use super::attribution::Attributions;
use super::facts::{Facts, SentenceFacts};
use super::margin::Margin;
use super::stance::{SentenceStance, Stance};

/// Subjectivity of the body, in the article's own voice and outside what it attributes to others.
#[derive(Debug, Default)]
pub struct Subjectivity {
    /// Loaded words; a weak one counts half.
    pub loaded: f64,
    /// Insults and profanity.
    pub insults: u32,
    /// `I` and `we` in all their forms.
    pub first_person: u32,
    /// `you` in all its forms, and calls upon the reader.
    pub reader_address: u32,
    pub opinion_sentences: u32,
    /// One for each sentence, the headline's included.
    pub opinion: Vec<bool>,
}

/// Finds loaded words, insults, calls upon the reader and opinion sentences.
#[must_use]
pub fn detect(
    document: &Document<'_>,
    facts: &Facts,
    stance: &Stance,
    attribution: &Attributions,
    margin: &mut Margin,
) -> Subjectivity {
    let mut found = Subjectivity { opinion: vec![false; document.sentences.len()], ..Subjectivity::default() };
    for (index, sentence) in document.sentences.iter().enumerate() {
        let (Some(tone), Some(own)) = (stance.sentences.get(index), facts.sentences.get(index)) else {
            continue;
        };
        if sentence.boilerplate {
            continue;
        }
        let mut signs = Signs { deontic: tone.deontic, ..Signs::default() };
        let mut marked_until = 0;
        for cue in document.cues_of(sentence) {
            let quoted = document.is_quoted(cue.first as usize);
            signs.quoted |= quoted;
            let ours = !quoted
                && match cue.class {
                    CueClass::Significance => !attribution.answers_for(index, cue),
                    _ => !attribution.covers_token(cue.first),
                };
            signs.note(cue.class, ours);
            // One word is one mark, in whichever list it stands first.
            if !sentence.body || !(ours || quoted) || cue.first < marked_until {
                continue;
            }
            let Some((id, severity, message)) = wording(cue.class) else {
                continue;
            };
            marked_until = cue.end;
            if ours {
                match cue.class {
                    CueClass::LoadedStrong => found.loaded += 1.0,
                    CueClass::LoadedWeak => found.loaded += 0.5,
                    CueClass::Incivility => found.insults += 1,
                    _ => found.reader_address += 1,
                }
            }
            let (voice, severity) = if ours { (Voice::Own, severity) } else { (Voice::Quoted, 0.0) };
            margin.mark(id, document.cue_span(cue), voice, severity, message);
        }
        if own.first_person || own.second_person {
            found.address(document, sentence, attribution, &mut signs, margin);
        }
        if !signs.give_reason(tone, own) {
            continue;
        }
        signs.open(document.tokens_of(sentence));
        let score = signs.score(own, attribution.covers(index)) + classified(&Sample::of(document, sentence));
        if score < OPINION {
            continue;
        }
        if let Some(slot) = found.opinion.get_mut(index) {
            *slot = true;
        }
        if !sentence.body {
            continue;
        }
        found.opinion_sentences += 1;
        margin.mark(
            "opinion_sentence_ratio",
            sentence.span,
            Voice::Own,
            0.4,
            "An opinion in the article's own voice: nobody is named who holds it.",
        );
    }
    found
}

/// What a word counts for, how bad it is, and what to say of it.
fn wording(class: CueClass) -> Option<(&'static str, f64, &'static str)> {
    match class {
        CueClass::LoadedStrong => Some(("loaded_language_rate", 0.5, "Judges or stirs instead of describing.")),
        CueClass::LoadedWeak => Some(("loaded_language_rate", 0.2, "Judges or stirs instead of describing.")),
        CueClass::Incivility => Some(("incivility_rate", 0.6, "Insults instead of describing.")),
        CueClass::ReaderAddress => Some(("reader_address_rate", 0.2, "Calls upon the reader.")),
        _ => None,
    }
}

/// From this score on, a sentence is an opinion.
const OPINION: f64 = 0.6;

/// Points for a unit of the classifier's logit; only sentences that show a sign are put before it.
const LOGIT_POINTS: f64 = 0.15;
/// The classifier's logit of an ordinary sentence.
const ORDINARY_LOGIT: f64 = -1.3;

fn classified(sample: &Sample<'_>) -> f64 {
    LOGIT_POINTS * (classifier(Task::Subjective).logit(sample) - ORDINARY_LOGIT).max(0.0)
}

/// Signs of opinion in one sentence, in the article's own voice.
#[derive(Debug, Default)]
struct Signs {
    strong: u32,
    weak: u32,
    evaluative: u32,
    commentary: u32,
    /// Classes that count once however often they occur, as [`CueClass::bit`].
    once: u64,
    deontic: bool,
    /// We, our: the writer speaks for a party.
    plural: bool,
    quoted: bool,
    /// "But", "And", "So" at the beginning.
    joins: bool,
    /// "This", "That", "Such" at the beginning: what follows comments on what was said.
    points_back: bool,
    /// All, every, only, even.
    absolute: bool,
}

/// Points of the classes that count once.
const ONCE: [(CueClass, f64); 7] = [
    (CueClass::EvaluativeAdverb, 1.0),
    (CueClass::Significance, 1.0),
    (CueClass::Booster, 0.7),
    (CueClass::Colloquial, 0.7),
    (CueClass::Intensifier, 0.6),
    (CueClass::ReaderAddress, 0.6),
    (CueClass::InterpretiveVerb, 0.9),
];

impl Signs {
    fn note(&mut self, class: CueClass, ours: bool) {
        if !ours {
            return;
        }
        match class {
            CueClass::LoadedStrong | CueClass::Incivility => self.strong += 1,
            CueClass::LoadedWeak => self.weak += 1,
            CueClass::Evaluative => self.evaluative += 1,
            CueClass::Commentary => self.commentary += 1,
            _ => self.once |= class.bit(),
        }
    }

    /// Whether any word of the sentence could be named as the reason to call it an opinion.
    fn give_reason(&self, tone: &SentenceStance, own: &SentenceFacts) -> bool {
        let listed = ONCE.iter().any(|(class, _)| self.once & class.bit() != 0);
        let words = self.strong + self.weak + self.evaluative + self.commentary;
        words > 0 || listed || tone.deontic || self.plural || own.exclamation
    }

    /// Reads how the sentence opens, and its absolutes.
    fn open(&mut self, tokens: &[Token]) {
        let Some(first) = tokens.iter().find(|token| token.counts()) else {
            return;
        };
        let own = !first.is(form::QUOTED);
        self.joins = own && JOINING.contains(&first.key);
        self.points_back = own && POINTING.contains(&first.key);
        self.absolute = tokens
            .iter()
            .any(|token| token.has(word::STOP) && !token.is(form::QUOTED) && ABSOLUTE.contains(&token.key));
    }

    /// Adds up what speaks for an opinion and against it: figures, times, events and names make a
    /// sentence a report, and an attribution makes a judgement somebody else's.
    fn score(&self, own: &SentenceFacts, attributed: bool) -> f64 {
        let when = |on: bool, points: f64| if on { points } else { 0.0 };
        let listed = |count: u32, first: f64, second: f64| when(count > 0, first) + when(count > 1, second);
        let mut score = 0.0;
        score += listed(self.strong, 1.2, 0.6);
        score += listed(self.weak, 1.0, 0.5);
        score += listed(self.evaluative, 1.0, 0.6);
        score += listed(self.commentary, 0.8, 0.4);
        score += when(self.deontic, 1.2);
        for (class, points) in ONCE {
            score += when(self.once & class.bit() != 0, points);
        }
        score += when(self.plural, 0.8);
        score += when(own.second_person, 0.5);
        score += when(own.exclamation, 0.8);
        score += when(own.question, 0.4);
        score += when(self.joins, 0.4);
        score += when(self.points_back, 0.3);
        score += when(self.absolute, 0.3);
        score -= when(attributed, 0.7);
        score -= when(self.quoted, 0.6);
        score -= when(own.figures > 0, 0.5);
        score -= when(own.times > 0, 0.5);
        score -= when(own.event_verb, 0.3);
        score -= when(own.names > 0, 0.2);
        score
    }
}

impl Subjectivity {
    /// Counts the pronouns of the writer and the reader; the first of each in a sentence is marked.
    fn address(
        &mut self,
        document: &Document<'_>,
        sentence: &Sentence,
        attribution: &Attributions,
        signs: &mut Signs,
        margin: &mut Margin,
    ) {
        let (mut writer, mut reader) = (0u32, 0u32);
        let mut before: Option<&Token> = None;
        for (at, token) in (sentence.tokens().start as u32..).zip(document.tokens_of(sentence)) {
            let previous = before.replace(token);
            if token.is(form::QUOTED | form::ALL_CAPS) || !token.has(word::PRONOUN_FIRST | word::PRONOUN_SECOND) {
                continue;
            }
            if attribution.is_anothers_word(at) {
                continue;
            }
            // "World War I", "Elizabeth I": a number. "For Our Future": a name; but "I" is always written so.
            let word = previous.filter(|word| word.is_word());
            let numeral = token.key == I && word.is_some_and(|w| w.is(form::CAPITALISED) && !w.has(word::STOP));
            let named = token.is(form::CAPITALISED) && word.is_some() && !WRITER.contains(&token.key);
            if numeral || named {
                continue;
            }
            signs.plural |= PLURAL.contains(&token.key);
            let (count, id, message) = if token.has(word::PRONOUN_FIRST) {
                (&mut writer, "first_person_rate", "The writer steps in.")
            } else {
                (&mut reader, "reader_address_rate", "Calls upon the reader.")
            };
            if *count == 0 && sentence.body {
                margin.mark(id, token.span(), Voice::Own, 0.1, message);
            }
            *count += 1;
        }
        if sentence.body {
            self.first_person += writer;
            self.reader_address += reader;
        }
    }
}

static WRITER: KeySet<5> = KeySet::new(["i", "i'm", "i've", "i'd", "i'll"]);
const I: u64 = word_key("i");
static PLURAL: KeySet<9> = KeySet::new(["we", "us", "our", "ours", "ourselves", "we're", "we've", "we'll", "we'd"]);
static JOINING: KeySet<9> = KeySet::new(["but", "and", "yet", "so", "well", "yes", "no", "or", "now"]);
static POINTING: KeySet<6> = KeySet::new(["this", "that", "these", "those", "such", "it"]);
static ABSOLUTE: KeySet<16> = KeySet::new([
    "all",
    "every",
    "none",
    "never",
    "always",
    "only",
    "just",
    "even",
    "still",
    "ever",
    "any",
    "nothing",
    "everything",
    "nobody",
    "everyone",
    "no",
]);

#[cfg(test)]
mod tests {
    use super::Subjectivity;
    use crate::article::Article;
    use crate::detect::Analysis;

    fn read(text: &str) -> Subjectivity {
        Analysis::of(&Article::from_text(text)).subjectivity
    }

    fn is_opinion(text: &str) -> bool {
        read(text).opinion_sentences > 0
    }

    #[test]
    fn judgement_mockery_and_exhortation_are_opinions() {
        for text in [
            "The new stadium is a disgrace.",
            "What a waste of a lovely old hall!",
            "We cannot let our harbour rot like this.",
            "It is time to end this farce.",
            "But the scheme is hopelessly naive.",
            "Sadly, the gallery has lost its charm.",
            "So much for all the fine promises.",
            "The suave singer looked effortlessly handsome.",
        ] {
            assert!(is_opinion(text), "{text}");
        }
    }

    #[test]
    fn reports_are_no_opinions() {
        for text in [
            "The council voted 9 to 2 on Monday to close the stadium.",
            "Prices rose by 3 percent in May.",
            "The firm hired 40 welders after it won the contract.",
            "Police arrested two men near the harbour on Sunday.",
            "The bill now goes to the upper house.",
            "The court is expected to rule in June.",
        ] {
            assert!(!is_opinion(text), "{text}");
        }
    }

    #[test]
    fn somebody_elses_judgement_is_not_the_articles() {
        for text in [
            "The stadium is a disgrace, said Anna Hale, the treasurer.",
            "\u{201c}The stadium is a disgrace,\u{201d} said Anna Hale.",
            "Anna Hale said that the stadium was a shameful waste of money.",
        ] {
            assert!(!is_opinion(text), "{text}");
            assert!(read(text).loaded.abs() < 1e-9, "{text}");
        }
    }

    #[test]
    fn one_weak_sign_among_facts_is_not_enough() {
        assert!(!is_opinion("The very first train left Leeds at nine on Monday."));
        assert!(!is_opinion("Our correspondent filed the story from Leeds on Monday, May 9."));
    }

    #[test]
    fn pronouns_of_the_writer_and_the_reader_are_counted_outside_quotations() {
        assert_eq!(read("I drove there and we saw it ourselves.").first_person, 3);
        assert_eq!(read("He fought in World War I near the US border.").first_person, 0);
        assert_eq!(read("But I drove to the office of For Our Future.").first_person, 1);
        assert_eq!(read("\u{201c}I drove there,\u{201d} said Anna Hale.").first_person, 0);
        assert_eq!(read("Anna Hale said we drove there.").first_person, 0);
        assert_eq!(read("You can see it from your window.").reader_address, 2);
        assert_eq!(read("The young can see it from the window.").reader_address, 0);
    }

    #[test]
    fn a_word_is_marked_once() {
        let text = "The scumbag sold the bridge.";
        let evidence = Analysis::of(&Article::from_text(text)).evidence;
        let start = text.find("scumbag").unwrap() as u32;
        let marks = evidence.iter().filter(|mark| mark.place.span.start() == start).count();
        assert_eq!(marks, 1);
    }
}
