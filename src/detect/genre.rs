//! Genre: texts that are plainly no news article, and texts that may be none.
//!
//! A text is called something else only for its build: who speaks before each paragraph, what its lines begin with. Words
//! alone never do it, for an article may be about recipes, stars, contracts or deaths. What is only suspected lowers
//! the confidence of a report and leaves its score alone.

use hashbrown::HashMap;

use crate::lexicon::{Sign, word};
use crate::report::Applicability;
use crate::text::{Block, BlockKind, Document, Prose, Sentence, Token, TokenKind, form};

use super::facts::Facts;
use super::subjectivity::Subjectivity;

/// A text that is no news article, by its build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What was said, speaker by speaker.
    Transcript,
    Recipe,
    /// Scores, standings, prices: a row a line.
    Results,
    Horoscope,
    /// The notice of a death and of a funeral.
    FuneralNotice,
    /// A contract, an order, a resolution.
    Legal,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] =
        &[Kind::Transcript, Kind::Recipe, Kind::Results, Kind::Horoscope, Kind::FuneralNotice, Kind::Legal];

    /// Stable name, as `candor evaluate gates` prints it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Kind::Transcript => "transcript",
            Kind::Recipe => "recipe",
            Kind::Results => "results",
            Kind::Horoscope => "horoscope",
            Kind::FuneralNotice => "funeral_notice",
            Kind::Legal => "legal",
        }
    }
}

/// What kind of text it is, as far as its build and its labels tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Genre {
    /// Present if the text is plainly no news article, with the reason in one sentence.
    pub other: Option<(Kind, String)>,
    /// A label says so, or it speaks in the first person and judges throughout.
    pub opinion_suspected: bool,
    /// A label, a credit or a notice of the text says so; its style never does.
    pub satire_suspected: bool,
    /// Marks of a press release, or a label of something paid for.
    pub release_suspected: bool,
}

impl Genre {
    /// A text of another kind is no news, whether or not it has running sentences enough: that is the better reason.
    pub(super) fn overrule(&self, prose: &mut Prose) {
        let Some((kind, reason)) = &self.other else {
            return;
        };
        // Names and figures have no language, so that a list of results looks foreign.
        if prose.applicability != Applicability::NotEnglish || *kind == Kind::Results {
            prose.applicability = Applicability::NotNews;
            prose.reason.clone_from(reason);
        }
    }
}

/// Tells the genre.
#[must_use]
pub fn detect(document: &Document<'_>, facts: &Facts, subjectivity: &Subjectivity) -> Genre {
    let labels = document.labels();
    let credits = document.credits();
    let labelled = |sign: Sign| labels & sign.bit() != 0;
    let counted = Counted::of(document);
    let begun = |sign: Sign| counted.of_sign(sign) > 0;
    Genre {
        other: transcript(document, &counted)
            .or_else(|| recipe(document, &counted))
            .or_else(|| horoscope(&counted))
            .or_else(|| funeral_notice(&counted))
            .or_else(|| legal(document, facts))
            .or_else(|| results(document)),
        opinion_suspected: labelled(Sign::LabelOpinion) || is_opinion(facts, subjectivity),
        satire_suspected: labelled(Sign::LabelSatire)
            || credits & Sign::SatireCredit.bit() != 0
            || begun(Sign::SatireNotice),
        release_suspected: labelled(Sign::LabelPromotion)
            || credits & Sign::ReleaseWire.bit() != 0
            || begun(Sign::ReleaseLine)
            || has_release_ending(document),
    }
}

/// What the sentences and lines of a document begin with.
#[derive(Debug, Default)]
struct Counted {
    /// Sentences by sign.
    sentences: [u32; Sign::ALL.len()],
    /// Words of the sentences that tell a cook what to do.
    step_words: u32,
    /// Signs of the zodiac that lines begin with.
    zodiac: Vec<u64>,
    /// Words and numbers of all blocks.
    words: u32,
}

impl Counted {
    fn of(document: &Document<'_>) -> Self {
        let mut counted =
            Counted { words: document.blocks.iter().map(|block| block.words).sum(), ..Counted::default() };
        for sentence in &document.sentences {
            let signs = document.signs_of(sentence);
            if signs == 0 {
                continue;
            }
            for (count, (_, sign)) in counted.sentences.iter_mut().zip(Sign::ALL) {
                *count += u32::from(signs & sign.bit() != 0);
            }
            if signs & Sign::RecipeStep.bit() != 0 {
                counted.step_words += sentence.words;
            }
            if signs & Sign::Zodiac.bit() != 0 && is_fortune(document.tokens_of(sentence)) {
                let first = document.tokens_of(sentence).iter().find(|token| token.is_word());
                // Twelve at most, so a list is as good as a set.
                if let Some(key) = first.map(|token| token.key).filter(|key| !counted.zodiac.contains(key)) {
                    counted.zodiac.push(key);
                }
            }
        }
        counted
    }

    fn of_sign(&self, sign: Sign) -> u32 {
        self.sentences.get(sign as usize).copied().unwrap_or(0)
    }
}

/// Turns below which speakers do not make a transcript.
const MIN_TURNS: u32 = 6;
/// A speaker has a name of at most so many words, title included.
const SPEAKER_WORDS: u32 = 6;

/// Who speaks in a line, by the last word of the name: "MAYOR JANE DOE:", "Doe (on the phone):", "Q:".
fn speaker(tokens: &[Token]) -> Option<u64> {
    let mut words = 0;
    let mut last = 0;
    let mut bracket = false;
    for (at, token) in tokens.iter().enumerate().take(16) {
        match token.kind {
            TokenKind::Colon => {
                // "6:30", "http:"
                let spaced = tokens.get(at + 1).is_none_or(|next| next.is(form::SPACE_BEFORE));
                return (words > 0 && spaced).then_some(last);
            }
            TokenKind::OpenBracket => bracket = true,
            TokenKind::CloseBracket => bracket = false,
            _ if bracket => {}
            TokenKind::Word if token.is(form::CAPITALISED) && words < SPEAKER_WORDS => {
                words += 1;
                last = token.key;
            }
            TokenKind::Stop | TokenKind::Comma | TokenKind::Hyphen if words > 0 => {}
            _ => return None,
        }
    }
    None
}

/// A speaker may go on for so many paragraphs before the next one is named.
const PARAGRAPHS_OF_A_TURN: u32 = 4;
/// In a conversation of many turns a speaker may go on for longer: no article cites so many.
const PARAGRAPHS_OF_A_LONG_TURN: u32 = 12;
const MANY_TURNS: u32 = 20;

/// Words by who speaks them.
#[derive(Debug, Default)]
struct Speech {
    turns: HashMap<u64, u32>,
    /// Words of all blocks that are no page furniture.
    all: u32,
    /// Words of paragraphs that name their speaker.
    named: u32,
    /// Of these and of the paragraphs between two such, in which a speaker may go on.
    spoken: u32,
    /// The same with long turns.
    spoken_at_length: u32,
    /// I, we, you among all words.
    personal: u32,
}

impl Speech {
    fn of(document: &Document<'_>) -> Self {
        let mut speech = Speech::default();
        // Paragraphs behind the last one that names its speaker, and their words.
        let mut behind: Option<(u32, u32)> = None;
        for block in document.blocks.iter().filter(|block| block.kind != BlockKind::Boilerplate) {
            speech.all += block.words;
            let mut words = 0;
            for sentence in document.sentences.get(block.sentences()).unwrap_or_default() {
                let tokens = document.tokens_of(sentence);
                if let Some(who) = speaker(tokens) {
                    *speech.turns.entry(who).or_default() += 1;
                    words += block.words * u32::from(words == 0);
                }
                let said = tokens.iter().filter(|token| token.has(word::PRONOUN_FIRST | word::PRONOUN_SECOND));
                speech.personal += said.count() as u32;
            }
            if words > 0 {
                let (paragraphs, between) = behind.unwrap_or_default();
                speech.named += words;
                let within = |longest: u32| words + if paragraphs <= longest { between } else { 0 };
                speech.spoken += within(PARAGRAPHS_OF_A_TURN);
                speech.spoken_at_length += within(PARAGRAPHS_OF_A_LONG_TURN);
                behind = Some((0, 0));
            } else if let Some((paragraphs, between)) = &mut behind {
                *paragraphs += 1;
                *between += block.words;
            }
        }
        speech
    }
}

/// A transcript: most of the words stand in paragraphs that begin with the name of who speaks, at least two speak more
/// than once, and they say I, we and you as people do who speak to each other. Or the text calls itself one, and they do.
fn transcript(document: &Document<'_>, counted: &Counted) -> Option<(Kind, String)> {
    let Speech { turns, all, named, spoken, spoken_at_length, personal } = Speech::of(document);
    let count: u32 = turns.values().sum();
    let spoken = if count >= MANY_TURNS { spoken_at_length } else { spoken };
    let again = turns.values().filter(|&&turns| turns >= 2).count();
    let said_again: u32 = turns.values().filter(|&&turns| turns >= 2).sum();
    if counted.of_sign(Sign::TranscriptNotice) > 0 && personal * 33 >= all {
        return Some((Kind::Transcript, "It says of itself that it is a transcript.".to_owned()));
    }
    // An article about an interview comments between what it cites; a speaker who goes on leaves nothing else.
    let mostly = named * 2 >= all || named * 4 >= all && spoken * 20 >= all * 17;
    let found = count >= MIN_TURNS && again >= 2 && said_again * 2 >= count && mostly && personal * 50 >= all;
    found.then(|| {
        let reason = format!(
            "It reads as a transcript: {count} times the name of a speaker stands before what is said, in paragraphs with \
             {named} of its {all} words."
        );
        (Kind::Transcript, reason)
    })
}

/// A line of ingredients has at most so many words.
const INGREDIENT_WORDS: u32 = 16;

/// A recipe: lines that give amounts, or a list headed "Ingredients", and sentences that tell a cook what to do.
fn recipe(document: &Document<'_>, counted: &Counted) -> Option<(Kind, String)> {
    let steps = counted.of_sign(Sign::RecipeStep);
    if steps < 2 {
        return None;
    }
    let (mut lines, mut words) = (0, 0);
    // Words of everything from the head of the list on, if there is one.
    let mut listed = None;
    for block in &document.blocks {
        let tokens = document.tokens.get(block.tokens()).unwrap_or_default();
        if listed.is_none() && block.words <= INGREDIENT_WORDS && document.is_recipe_list(tokens) {
            listed = Some(0);
        }
        if let Some(listed) = &mut listed {
            *listed += block.words;
        }
        if (1..=INGREDIENT_WORDS).contains(&block.words) && document.is_amount(tokens) {
            lines += 1;
            words += block.words;
        }
    }
    let share = words + counted.step_words;
    let measured = lines >= 3 && share * 3 >= counted.words;
    // An article on a dish may end with its recipe.
    let headed = steps >= 3 && share * 5 >= counted.words && listed.is_some_and(|listed| listed * 2 >= counted.words);
    (measured || headed).then(|| {
        let reason = format!(
            "It reads as a recipe: {lines} lines give the amount of an ingredient, and {steps} sentences tell the cook \
             what to do."
        );
        (Kind::Recipe, reason)
    })
}

/// "Leo (July 23 - Aug. 22)", "Leo:", "LEO" alone: a heading, and not the subject of a sentence.
fn is_fortune(tokens: &[Token]) -> bool {
    let at = tokens.iter().position(Token::is_word).unwrap_or(tokens.len());
    tokens.get(at + 1).is_none_or(|next| !next.counts() || next.has(word::MONTH) || next.kind == TokenKind::Number)
}

/// Of the twelve signs, so many must head what is told to those born under them.
const MIN_ZODIAC: usize = 6;

fn horoscope(counted: &Counted) -> Option<(Kind, String)> {
    let signs = counted.zodiac.len();
    (signs >= MIN_ZODIAC).then(|| {
        (Kind::Horoscope, format!("It reads as a horoscope: {signs} signs of the zodiac head its lines or sentences."))
    })
}

fn funeral_notice(counted: &Counted) -> Option<(Kind, String)> {
    let survivors = counted.of_sign(Sign::NoticeSurvivors);
    let service = counted.of_sign(Sign::NoticeService);
    let life = counted.of_sign(Sign::NoticeLife);
    // An obituary that a paper wrote ends with who is left behind, and may say when the funeral is; it does not go on to
    // those who died before.
    let notice = survivors >= 1 && service >= 2 || survivors >= 2 && service + life >= 1 || service >= 4;
    notice.then(|| {
        let reason = format!(
            "It reads as the notice of a death: {} sentences say who is left behind, when the funeral is, or what to send.",
            survivors + service
        );
        (Kind::FuneralNotice, reason)
    })
}

/// Paragraphs that bind somebody below which an article only cites a law.
const MIN_BINDING_PARAGRAPHS: u32 = 3;
/// Sentences after which a text of which hardly one binds is none of law.
const GLANCE: u32 = 16;

/// A legal text: in paragraph after paragraph its sentences bind somebody, and hardly a word of it is quoted.
fn legal(document: &Document<'_>, facts: &Facts) -> Option<(Kind, String)> {
    if facts.quoted_words * 20 > facts.body_words {
        return None;
    }
    let (mut all, mut binding, mut paragraphs) = (0u32, 0u32, 0u32);
    for block in document.blocks.iter().filter(|block| block.kind != BlockKind::Boilerplate) {
        let before = binding;
        for sentence in document.sentences.get(block.sentences()).unwrap_or_default() {
            if sentence.words >= 4 {
                all += 1;
                binding += u32::from(binds(document, sentence));
            }
        }
        paragraphs += u32::from(binding > before);
        if all >= GLANCE && binding * 10 < all {
            return None;
        }
    }
    (paragraphs >= MIN_BINDING_PARAGRAPHS && binding * 4 >= all).then(|| {
        let reason = format!(
            "It reads as a legal text: {binding} of its {all} sentences bind somebody, or speak as contracts, orders and \
             laws do."
        );
        (Kind::Legal, reason)
    })
}

/// Terms of law that make a sentence one of law, alone or where it tells somebody what he must do.
const LEGAL_TERMS: (u32, u32) = (3, 2);

fn binds(document: &Document<'_>, sentence: &Sentence) -> bool {
    let words = document.legal_words(sentence);
    if words.duties > 0 || words.terms >= LEGAL_TERMS.0 || document.signs_of(sentence) & Sign::LegalClause.bit() != 0 {
        return true;
    }
    let tokens = document.tokens_of(sentence);
    let told = |token: &Token| token.has(word::PRONOUN_FIRST | word::PRONOUN_SECOND);
    words.terms >= LEGAL_TERMS.1 && tokens.iter().any(told) && tokens.iter().any(|token| OBLIGING.contains(&token.key))
}

const OBLIGING: [u64; 5] = crate::text::word_keys(["must", "may", "will", "agree", "acknowledge"]);

/// Rows below which figures stand in an article.
const MIN_ROWS: u32 = 8;
/// A row has at most so many words.
const ROW_WORDS: u32 = 14;

/// A row of figures: short, no sentence, with a name, and at least a quarter of it is numbers.
fn is_row(block: &Block, tokens: &[Token]) -> bool {
    if block.words == 0 || block.words > ROW_WORDS || tokens.last().is_some_and(|last| last.kind == TokenKind::Stop) {
        return false;
    }
    let numbers =
        tokens.iter().filter(|token| token.counts() && token.is(form::DIGIT) || token.kind == TokenKind::Number);
    let numbers = numbers.count() as u32;
    // A table of bare numbers and a program are no results of anything.
    let named = tokens.iter().any(|token| token.is_word() && token.is(form::CAPITALISED) && !token.is(form::DIGIT));
    named
        && numbers >= 1
        && numbers * 4 >= block.words
        && !tokens.iter().any(|token| token.has(word::AUXILIARY | word::PRONOUN_PERSON))
}

fn results(document: &Document<'_>) -> Option<(Kind, String)> {
    let (mut rows, mut words, mut all) = (0u32, 0u32, 0u32);
    for block in &document.blocks {
        let tokens = document.tokens.get(block.tokens()).unwrap_or_default();
        all += block.words;
        // "A. Doe 6-3, J. Roe 4-4; B. Poe 12.4": a line may hold many.
        if is_row(block, tokens) {
            rows += 1;
            words += block.words;
        }
    }
    (rows >= MIN_ROWS && words * 2 >= all).then(|| {
        let reason = format!(
            "It reads as a list of results or figures: {rows} lines with {words} of its {all} words are rows of them."
        );
        (Kind::Results, reason)
    })
}

/// Sentences of opinion without which the first person means little.
const MIN_OPINION_SENTENCES: u32 = 4;
/// Of the sentences, so many are opinions in an opinion piece without a label.
const OPINION_SHARE: f64 = 0.3;
/// First-person pronouns for each 1,000 words of its own voice.
const OPINION_FIRST_PERSON: f64 = 8.0;

/// Whether the article speaks in the first person and judges throughout.
fn is_opinion(facts: &Facts, subjectivity: &Subjectivity) -> bool {
    let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    let first = 1000.0 * share(subjectivity.first_person, facts.own_words);
    let opinion = share(subjectivity.opinion_sentences, facts.body_sentences);
    subjectivity.opinion_sentences >= MIN_OPINION_SENTENCES && first >= OPINION_FIRST_PERSON && opinion >= OPINION_SHARE
}

/// The last part of a text in which a release tells about its sender.
const ENDING: usize = 12;

/// "###" behind the text, or a heading "About the Firm" near its end.
fn has_release_ending(document: &Document<'_>) -> bool {
    let from = document.blocks.len().saturating_sub(ENDING).max(1);
    document.blocks.iter().enumerate().skip(1).any(|(index, block)| {
        let tokens = document.tokens.get(block.tokens()).unwrap_or_default();
        let text = block.span.slice(document.article.text).unwrap_or_default();
        is_end_mark(text) || index >= from && is_about(block, tokens)
    })
}

/// The marks under a release, which tell an editor that nothing follows.
fn is_end_mark(line: &str) -> bool {
    line.len() <= 16
        && line.bytes().filter(|byte| *byte == b'#').count() >= 3
        && line.bytes().all(|byte| matches!(byte, b'#' | b' '))
}

/// "About the Marin Institute": a heading of names.
fn is_about(block: &Block, tokens: &[Token]) -> bool {
    let [about, rest @ ..] = tokens else {
        return false;
    };
    let named = rest.iter().filter(|token| token.is_word()).all(|token| {
        token.is(form::CAPITALISED) || token.has(word::DETERMINER | word::PREPOSITION | word::CONJUNCTION)
    });
    about.key == ABOUT
        && about.is(form::CAPITALISED)
        && (2..=10).contains(&block.words)
        && named
        && !rest
            .iter()
            .any(|token| token.has(word::PRONOUN_FIRST) || OURS.contains(&token.key) || token.kind == TokenKind::Number)
        && tokens.last().is_some_and(|last| !last.is_terminal())
}

const ABOUT: u64 = crate::text::word_key("about");
/// "About the author", "About us" stand under news, too.
const OURS: [u64; 5] = crate::text::word_keys(["author", "authors", "writer", "us", "data"]);
