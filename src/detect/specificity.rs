//! Specificity: how many figures and names, how times are told, and what the first sentences say.

use std::ops::Range;

use hashbrown::HashSet;

use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{BlockKind, Document, KeySet, Token, TokenKind, form};

use super::attribution::Attributions;
use super::facts::{self, Facts, is_figure, is_name, may_count};
use super::margin::Margin;

/// Body words in which names are counted; over more, what counts would be length.
const ENTITY_WORDS: u32 = 300;
/// Body sentences that make the lead.
const LEAD_SENTENCES: usize = 3;

/// How specific the body is.
#[derive(Debug, Default)]
pub struct Specificity {
    /// Numeric expressions: "$2 million" is one.
    pub numbers: u32,
    /// Expressions of time, and those of them that only a reader who knows the day can place.
    pub times: u32,
    pub relative_times: u32,
    /// The caller or the page says when the article was published.
    pub date_known: bool,
    /// Different names in the first words; absent where most words are capitalised and a name cannot be told.
    pub entities: Option<u32>,
    /// How many words these were.
    pub entity_words: u32,
    pub lead: Lead,
}

/// What the first sentences tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lead {
    pub sentences: u32,
    pub who: bool,
    pub what: bool,
    pub when: bool,
    pub place: bool,
    pub source: bool,
}

impl Lead {
    fn elements(&self) -> [(&'static str, bool); 5] {
        [
            ("who", self.who),
            ("what", self.what),
            ("when", self.when),
            ("where", self.place),
            ("according to whom", self.source),
        ]
    }

    /// How many of the five it tells.
    #[must_use]
    pub fn told(&self) -> u32 {
        self.elements().iter().filter(|(_, told)| *told).count() as u32
    }

    fn message(&self) -> String {
        let list = |wanted: bool| {
            let names: Vec<&str> =
                self.elements().into_iter().filter(|(_, told)| *told == wanted).map(|(name, _)| name).collect();
            match names.split_last() {
                Some((last, [])) => (*last).to_owned(),
                Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
                None => String::new(),
            }
        };
        match self.told() {
            5 => format!("The first sentences tell {}.", list(true)),
            0 => format!("The first sentences leave out {}.", list(false)),
            _ => format!("The first sentences tell {}, and leave out {}.", list(true), list(false)),
        }
    }
}

/// Counts, and reads the lead.
#[must_use]
pub fn detect(document: &Document<'_>, facts: &Facts, attribution: &Attributions, margin: &mut Margin) -> Specificity {
    let mut found =
        Specificity { date_known: document.article.published || is_dated(document), ..Specificity::default() };
    let mut names: HashSet<u64> = HashSet::new();
    let mut named = Vec::new();
    let mut name_words = 0;
    for (index, sentence) in document.body() {
        let mut tokens = document.tokens_of(sentence);
        let Some(own) = facts.sentences.get(index) else { continue };
        found.times += own.times;
        let first = sentence.tokens().start;
        let (mut counted, mut name_from) = (0, None);
        // Once the names are counted, only what may count is looked for.
        let telling = sentence.shown.is(form::DIGIT) || sentence.shown.has(word::NUMBER_WORD | word::MONTH);
        if !telling && found.entity_words >= ENTITY_WORDS {
            tokens = &[];
        }
        for (at, token) in tokens.iter().enumerate() {
            if may_count(token)
                && let Some(date) = facts::date(document, tokens, at)
            {
                let place = first + date.start..first + date.end;
                mark(document, "absolute_date_rate", place, "A date by which the event can be placed.", margin);
            }
            if may_count(token) && at >= counted && is_figure(document, tokens, at) {
                found.numbers += 1;
                let figure = figure(document, tokens, at);
                counted = figure.end;
                let place = first + figure.start..first + figure.end;
                mark(document, "number_rate", place, "A figure that can be checked.", margin);
            }
            if !token.counts() || found.entity_words >= ENTITY_WORDS {
                continue;
            }
            found.entity_words += 1;
            if is_name(tokens, at) {
                name_words += 1;
                let from = *name_from.get_or_insert(at);
                // A name counts by its last word: "Jane Doe", then "Doe".
                if !tokens.get(at + 1).is_some_and(Token::is_word) || !is_name(tokens, at + 1) {
                    name_from = None;
                    if names.insert(token.key) {
                        named.push(first + from..first + at + 1);
                    }
                }
            }
        }
        for cue in document.cues_of(sentence).iter().filter(|cue| cue.class == CueClass::RelativeTime) {
            found.relative_times += 1;
            if !found.date_known {
                let voice = if document.is_quoted(cue.first as usize) { Voice::Quoted } else { Voice::Own };
                let message = "Only a reader who knows the day of publication can place this.";
                margin.mark("unanchored_time_ratio", document.cue_span(cue), voice, 0.05, message);
            }
        }
    }
    if name_words * 2 <= found.entity_words {
        for place in named {
            mark(document, "distinct_entity_rate", place, "A name that can be looked up.", margin);
        }
    }
    found.entities = (name_words * 2 <= found.entity_words).then_some(names.len() as u32);
    found.lead = lead(document, facts, attribution, margin);
    found
}

/// Marks what can be looked up; no fault.
fn mark(document: &Document<'_>, id: &'static str, place: Range<usize>, message: &'static str, margin: &mut Margin) {
    let voice = if document.is_quoted(place.start) { Voice::Quoted } else { Voice::Own };
    margin.mark(id, document.span_of(place.start, place.end), voice, 0.0, message);
}

/// The tokens of a numeric expression that goes on from here: "20-30", "$2 million", "90%".
fn figure(document: &Document<'_>, tokens: &[Token], at: usize) -> Range<usize> {
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    let mut end = at + 1;
    while is_figure(document, tokens, end)
        || kind(end) == Some(TokenKind::Hyphen) && is_figure(document, tokens, end + 1)
    {
        end += 1;
    }
    end += usize::from(matches!(kind(end), Some(TokenKind::Percent | TokenKind::Currency)));
    let signed = at > 0 && kind(at - 1) == Some(TokenKind::Currency);
    at - usize::from(signed)..end
}

/// True if the line of the author, or a line of its kind, has a date.
fn is_dated(document: &Document<'_>) -> bool {
    let lines = document.blocks.iter().filter(|block| matches!(block.kind, BlockKind::Byline | BlockKind::Notice));
    lines.filter_map(|block| document.tokens.get(block.tokens())).any(|tokens| {
        let year = |token: &Token| token.kind == TokenKind::Number && token.end - token.start == 4;
        let month = |token: &Token| token.has(word::MONTH) && token.is(form::CAPITALISED);
        let number = |token: &Token| token.is(form::DIGIT);
        tokens
            .windows(2)
            .any(|pair| matches!(pair, [one, two] if month(one) && number(two) || number(one) && month(two)))
            || tokens.iter().any(year)
    })
}

/// Prepositions that lead to a place where a name follows.
static PLACING: KeySet<7> = KeySet::new(["in", "at", "near", "outside", "across", "off", "throughout"]);

fn lead(document: &Document<'_>, facts: &Facts, attribution: &Attributions, margin: &mut Margin) -> Lead {
    let mut lead = Lead::default();
    let mut span = None;
    for (index, sentence) in document.body().take(LEAD_SENTENCES) {
        let Some(own) = facts.sentences.get(index) else { continue };
        let tokens = document.tokens_of(sentence);
        lead.sentences += 1;
        lead.who |= own.names > 0;
        lead.what |= own.event_verb || sentence.shown.has(word::AUXILIARY);
        lead.when |= own.times > 0;
        lead.place |= (0..tokens.len()).any(|at| is_place(tokens, at));
        lead.source |= attribution.of(index).iter().any(|said| said.is_named());
        span = Some(span.map_or(sentence.span, |before: crate::text::ByteSpan| before.cover(sentence.span)));
    }
    if let Some(span) = span {
        let missing = 5 - lead.told();
        margin.mark("lead_completeness", span, Voice::Own, 0.04 * f64::from(missing), lead.message());
    }
    lead
}

/// A name of a place: a seat of government, or a name behind "in" or "near".
fn is_place(tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at) else { return false };
    if token.is_word() && PLACING.contains(&token.key) {
        let article = tokens.get(at + 1).is_some_and(|next| next.has(word::DETERMINER));
        return is_name(tokens, at + 1 + usize::from(article));
    }
    token.has(word::METONYM) && token.is(form::CAPITALISED)
}

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::detect::Analysis;

    fn messages(text: &str, feature: &str) -> Vec<String> {
        let evidence = Analysis::of(&Article::from_text(text)).evidence;
        evidence.into_iter().filter(|mark| mark.feature_id == feature).map(|mark| mark.message.into_owned()).collect()
    }

    #[test]
    fn figures_dates_and_names_are_marked_whole() {
        let text = "The dam broke on June 17, 2024, in Ostrava. Hanna Novak paid $2 million, or 90% of it, in 1987. Novak left.";
        let article = Article::from_text(text);
        let evidence = Analysis::of(&article).evidence;
        let marked = |feature: &str| -> Vec<&str> {
            let marks = evidence.iter().filter(|mark| mark.feature_id == feature);
            marks.map(|mark| mark.place.words(&article).unwrap()).collect()
        };
        assert_eq!(marked("absolute_date_rate"), ["June 17, 2024", "1987"]);
        assert_eq!(marked("number_rate"), ["$2 million", "90%"]);
        assert_eq!(marked("distinct_entity_rate"), ["Ostrava", "Hanna Novak"]);
    }

    #[test]
    fn a_lead_says_what_it_leaves_out() {
        let complete = "Fire destroyed the old mill in Ostrava on Monday, Mayor Hanna Novak said.";
        assert_eq!(
            messages(complete, "lead_completeness"),
            ["The first sentences tell who, what, when, where and according to whom."]
        );
        let thin = "The old mill burned down.";
        assert_eq!(
            messages(thin, "lead_completeness"),
            ["The first sentences tell what, and leave out who, when, where and according to whom."]
        );
        assert!(messages("", "lead_completeness").is_empty());
    }

    #[test]
    fn relative_times_are_marked_only_where_no_date_is_known() {
        let text = "The mill closed last month. It will open again next year.";
        assert_eq!(messages(text, "unanchored_time_ratio").len(), 2);
        let article = Article { published: true, ..Article::from_text(text) };
        assert!(Analysis::of(&article).evidence.iter().all(|mark| mark.feature_id != "unanchored_time_ratio"));
        let dated = format!("By Jane Doe, May 3, 2021\n\n{text}");
        assert!(messages(&dated, "unanchored_time_ratio").is_empty());
    }
}
