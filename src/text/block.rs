//! Blocks: the paragraphs of a text and what each is (headline, body, a share button).

use std::ops::Range;

use hashbrown::HashMap;

use crate::lexicon::{CueClass, word};

use super::cue::Cue;
use super::document::Headline;
use super::furniture;
use super::key::{phrase_key, word_key};
use super::sentence::Sentence;
use super::span::ByteSpan;
use super::token::{Token, TokenKind, form};

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A paragraph of the article: the only kind that rates are made of.
    Body,
    Headline,
    /// "World", "Politics": where the page filed the article.
    SectionLabel,
    /// Who wrote it, and when it was published.
    Byline,
    /// A heading between paragraphs.
    Crosshead,
    /// An item of a list without a full sentence.
    ListItem,
    /// Share buttons, comment forms, disclaimers, credits.
    Boilerplate,
    /// The same words as an earlier block.
    Duplicate,
    /// A row of marks between two parts.
    Divider,
    /// A correction or update notice.
    Notice,
}

impl BlockKind {
    /// True for what is no part of the article itself.
    #[must_use]
    pub fn is_boilerplate(self) -> bool {
        matches!(self, BlockKind::Boilerplate | BlockKind::Duplicate | BlockKind::SectionLabel)
    }
}

/// One block of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub span: ByteSpan,
    pub kind: BlockKind,
    first_token: u32,
    end_token: u32,
    first_sentence: u32,
    end_sentence: u32,
    /// Line breaks between the block before and this one.
    breaks_before: u32,
    pub words: u32,
    /// What it repeats, if it is a duplicate.
    pub original: Option<Original>,
}

/// What a duplicate repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Original {
    /// The title that was sent apart.
    Title,
    /// An earlier block, by its index.
    Block(u32),
}

impl Block {
    #[must_use]
    pub fn tokens(&self) -> Range<usize> {
        self.first_token as usize..self.end_token as usize
    }

    #[must_use]
    pub fn sentences(&self) -> Range<usize> {
        self.first_sentence as usize..self.end_sentence as usize
    }

    pub(super) fn set_sentences(&mut self, first: u32, end: u32) {
        self.first_sentence = first;
        self.end_sentence = end;
    }
}

/// Cuts a text into blocks: a line break ends one, unless the text is wrapped at a fixed width.
pub(super) fn split(text: &str, tokens: &[Token]) -> Vec<Block> {
    let lines = lines(text, tokens);
    if is_hard_wrapped(tokens, &lines) { join_wrapped(lines) } else { lines }
}

fn lines(text: &str, tokens: &[Token]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut first = 0;
    let mut breaks = 0;
    for (before, pair) in tokens.windows(2).enumerate() {
        let [last, token] = pair else { continue };
        if token.is(form::BREAK_BEFORE) {
            let at = before + 1;
            blocks.push(block(tokens, first..at, breaks));
            first = at;
            breaks = line_breaks(text.as_bytes().get(last.end as usize..token.start as usize).unwrap_or_default());
        }
    }
    if first < tokens.len() {
        blocks.push(block(tokens, first..tokens.len(), breaks));
    }
    blocks
}

/// Line breaks between two lines; CR LF is one, and so is a lone CR. A tag parts paragraphs, as two do.
fn line_breaks(gap: &[u8]) -> u32 {
    if gap.contains(&b'<') {
        return 2;
    }
    let feeds = gap.iter().filter(|&&b| b == b'\n').count();
    let returns = gap.iter().filter(|&&b| b == b'\r').count();
    feeds.max(returns) as u32
}

fn block(tokens: &[Token], range: Range<usize>, breaks_before: u32) -> Block {
    let inside = tokens.get(range.clone()).unwrap_or_default();
    let start = inside.first().map_or(0, |token| token.start);
    let end = inside.last().map_or(start, |token| token.end);
    Block {
        span: ByteSpan::new(start, end),
        kind: BlockKind::Body,
        first_token: range.start as u32,
        end_token: range.end as u32,
        first_sentence: 0,
        end_sentence: 0,
        breaks_before,
        words: inside.iter().filter(|token| token.counts()).count() as u32,
        original: None,
    }
}

/// A text wrapped at a fixed width: most lines that another follows directly are long, of much the
/// same length, and end in the middle of a sentence.
fn is_hard_wrapped(tokens: &[Token], lines: &[Block]) -> bool {
    let (mut followed, mut running, mut longest) = (0u32, 0u32, 0u32);
    for pair in lines.windows(2) {
        let [line, next] = pair else { continue };
        if next.breaks_before != 1 {
            continue;
        }
        followed += 1;
        longest = longest.max(line.span.len());
        let last = line.tokens().end.checked_sub(1).and_then(|at| tokens.get(at));
        let ends = last.is_some_and(|token| token.is_terminal() || token.is_closer() || token.is(form::DOTTED));
        running += u32::from(!ends && line.span.len() >= 40);
    }
    followed >= 5 && running * 10 >= followed * 7 && longest <= 130
}

fn join_wrapped(lines: Vec<Block>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in lines {
        match blocks.last_mut() {
            Some(block) if line.breaks_before == 1 => {
                block.span = block.span.cover(line.span);
                block.end_token = line.end_token;
                block.words += line.words;
            }
            _ => blocks.push(line),
        }
    }
    blocks
}

/// Decides what each block is, marks the sentences that rates are made of, and returns the block
/// that is the headline, if the text has one of its own.
pub(super) fn classify(
    title: Option<&Headline>,
    tokens: &[Token],
    cues: &[Cue],
    sentences: &mut [Sentence],
    blocks: &mut [Block],
) -> Option<usize> {
    let view = View { tokens, cues };
    for block in blocks.iter_mut() {
        let own = sentences.get_mut(block.sentences()).unwrap_or_default();
        block.kind = view.kind_alone(block, own);
    }
    let headline = view.find_headline(title, sentences, blocks);
    if let Some(block) = headline.and_then(|index| blocks.get_mut(index)) {
        block.kind = BlockKind::Headline;
    }
    mark_duplicates(title, tokens, blocks);
    view.mark_edges(sentences, blocks);
    for block in blocks.iter() {
        // A paragraph that comes twice counts once, but it is no button.
        let prose = block.kind == BlockKind::Duplicate && view.is_paragraph(block);
        for sentence in sentences.get_mut(block.sentences()).unwrap_or_default() {
            sentence.boilerplate |= block.kind.is_boilerplate() && !prose;
            sentence.body = block.kind == BlockKind::Body && !sentence.boilerplate && sentence.words > 0;
        }
    }
    headline
}

/// A line of at most so many words may be a button, a label or a credit.
const SHORT_LINE_WORDS: u32 = 14;
/// A heading has at most so many words.
const HEADING_WORDS: u32 = 12;
/// A byline stands at most so many blocks after the first paragraph.
const NEAR_THE_BEGINNING: usize = 2;
/// A caption has at most so many.
const CAPTION_WORDS: u32 = 45;
/// Fewer paragraphs than this have no ending of their own.
const LONG_ENOUGH_FOR_AN_ENDING: usize = 3;
/// A last line of at most so many words that ends in a colon is a label.
const LABEL_WORDS: u32 = 4;
/// A headline has at most so many.
const HEADLINE_WORDS: u32 = 25;

struct View<'a> {
    tokens: &'a [Token],
    cues: &'a [Cue],
}

impl View<'_> {
    fn tokens_of(&self, block: &Block) -> &[Token] {
        self.tokens.get(block.tokens()).unwrap_or_default()
    }

    fn cues_in(&self, sentences: &[Sentence]) -> &[Cue] {
        let (Some(first), Some(last)) = (sentences.first(), sentences.last()) else {
            return &[];
        };
        self.cues.get(first.cues().start..last.cues().end).unwrap_or_default()
    }

    fn ends_in_terminal(&self, block: &Block) -> bool {
        let inside = self.tokens_of(block);
        let last = inside.iter().rev().find(|token| !token.is_closer());
        last.is_some_and(|token| token.is_terminal() || token.is(form::DOTTED) || token.kind == TokenKind::Colon)
    }

    /// What a block is, as far as it can be told without its neighbours.
    fn kind_alone(&self, block: &Block, sentences: &mut [Sentence]) -> BlockKind {
        let inside = self.tokens_of(block);
        if block.words == 0 {
            return BlockKind::Divider;
        }
        if is_section_label(inside) {
            return BlockKind::SectionLabel;
        }
        let cues = self.cues_in(sentences);
        let first = block.tokens().start as u32;
        let starts = |class| cues.iter().any(|cue| cue.class == class && cue.first <= first + 1);
        if starts(CueClass::CorrectionNotice) {
            return BlockKind::Notice;
        }
        if is_byline(inside, block.words as usize, starts(CueClass::BylineStart)) {
            return BlockKind::Byline;
        }
        if self.is_boilerplate_line(cues, block.words, first, block.tokens().end)
            || furniture::is_line(inside, block.words)
            || sentences.len() == 1 && furniture::addresses_reader(inside, cues, block.words)
        {
            return BlockKind::Boilerplate;
        }
        // A button that the copy glued to a paragraph: "... in the region. Share."
        let mut all = !sentences.is_empty();
        for sentence in sentences.iter_mut() {
            let own = self.cues.get(sentence.cues()).unwrap_or_default();
            sentence.boilerplate = sentence.words <= SHORT_LINE_WORDS
                && self.is_boilerplate_line(own, sentence.words, sentence.tokens().start as u32, sentence.tokens().end);
            all &= sentence.boilerplate;
        }
        if all {
            return BlockKind::Boilerplate;
        }
        let terminal = self.ends_in_terminal(block);
        // A caption: it ends with a credit, which no full stop closes.
        let credited = sentences.last().is_some_and(|last| {
            let head = self.tokens.get(last.tokens()).unwrap_or_default().iter().take(3);
            last.boilerplate && head.into_iter().any(|token| token.kind == TokenKind::Colon)
        });
        if credited && !terminal && block.words <= CAPTION_WORDS {
            return BlockKind::Boilerplate;
        }
        if is_list_item(inside) && !terminal {
            return BlockKind::ListItem;
        }
        // A quotation that is opened and not closed is speech that lost its end.
        let breaks_off = inside.first().is_some_and(|token| token.kind == TokenKind::OpenQuote)
            && !inside.iter().any(|token| token.kind == TokenKind::CloseQuote);
        if !terminal && block.words <= HEADING_WORDS && !breaks_off { BlockKind::Crosshead } else { BlockKind::Body }
    }

    /// A line that is a button, a form or a credit: it begins as one does, or, if short, is labelled as
    /// one ("Photo: ...") or mostly made of the words of one.
    fn is_boilerplate_line(&self, cues: &[Cue], words: u32, first: u32, end: usize) -> bool {
        let begins = cues.iter().any(|cue| cue.class == CueClass::BoilerplateStart && self.stands_first(cue, first));
        if begins {
            return true;
        }
        if words > SHORT_LINE_WORDS {
            return false;
        }
        let furniture = || cues.iter().filter(|cue| cue.class == CueClass::BoilerplateLine);
        // "Photo: ..." at the beginning; "The old mill Source: ..." in a line that is no sentence.
        let open = || end.checked_sub(1).and_then(|last| self.tokens.get(last)).is_some_and(|last| !last.is_terminal());
        let labelled = furniture().any(|cue| {
            self.tokens.get(cue.end as usize).is_some_and(|next| next.kind == TokenKind::Colon)
                && (cue.first == first
                    || self.tokens.get(cue.first as usize).is_some_and(|token| token.is(form::CAPITALISED)) && open())
        });
        let covered: u32 = furniture().map(|cue| cue.end - cue.first).sum();
        if labelled || covered * 2 >= words && covered > 0 {
            return true;
        }
        // "16,738 likes 53,680 shares": a count of each.
        let inside = self.tokens.get(first as usize..end).unwrap_or_default();
        let numbers = inside.iter().filter(|token| token.kind == TokenKind::Number).count() as u32;
        covered > 0 && covered + numbers == words
    }

    /// A cue at `first`, or after the bullet or bracket that stands there.
    fn stands_first(&self, cue: &Cue, first: u32) -> bool {
        cue.first == first
            || cue.first == first + 1 && self.tokens.get(first as usize).is_some_and(|token| !token.counts())
    }

    /// The block that is the headline: the first that is neither a label nor a byline, if it reads
    /// like one and the caller sent no title.
    fn find_headline(&self, title: Option<&Headline>, sentences: &[Sentence], blocks: &[Block]) -> Option<usize> {
        if title.is_some() {
            return None;
        }
        let index = blocks.iter().take(4).position(|block| {
            !matches!(block.kind, BlockKind::SectionLabel | BlockKind::Byline | BlockKind::Boilerplate)
        })?;
        let block = blocks.get(index)?;
        let has_body = blocks.get(index + 1..)?.iter().any(|later| later.words > block.words);
        let own = sentences.get(block.sentences())?;
        if block.words > HEADLINE_WORDS || block.words < 2 || !has_body || own.len() > 2 {
            return None;
        }
        if !self.ends_in_full_stop(block) {
            return Some(index);
        }
        // With a full stop it is a lead, unless it stands apart from a text whose paragraphs stand
        // closer together.
        let gap = blocks.get(index + 1)?.breaks_before;
        let usual = blocks.get(index + 2..).unwrap_or_default().iter().map(|later| later.breaks_before).min();
        (own.len() == 1 && usual.is_some_and(|usual| gap > usual)).then_some(index)
    }

    fn ends_in_full_stop(&self, block: &Block) -> bool {
        let last = self.tokens_of(block).iter().rev().find(|token| !token.is_closer());
        last.is_some_and(|token| token.kind == TokenKind::Stop)
    }

    /// Short lines before the first paragraph and after the last are what surrounds an article on
    /// its page; between paragraphs they are headings, unless they are as long as the headline of another article.
    fn mark_edges(&self, sentences: &[Sentence], blocks: &mut [Block]) {
        let Some(first) = blocks.iter().position(|block| block.kind == BlockKind::Body) else {
            return;
        };
        self.mark_labels(blocks);
        self.mark_endings(sentences, blocks);
        let last = blocks.iter().rposition(|block| block.kind == BlockKind::Body).unwrap_or(first);
        for (index, block) in blocks.iter_mut().enumerate().skip(first + 1) {
            let inside = self.tokens_of(block);
            let furniture = match block.kind {
                BlockKind::Crosshead if index < last => furniture::is_long_heading(inside, block.words),
                BlockKind::Crosshead | BlockKind::ListItem => index > last && !furniture::is_table_row(inside),
                // A date or a credit far from the beginning belongs to something else, or to the end.
                BlockKind::Byline => index > last || index > first + NEAR_THE_BEGINNING,
                _ => false,
            };
            if furniture {
                block.kind = BlockKind::Boilerplate;
            }
        }
    }

    /// "Authors:" or "Go deeper:" under the last paragraph heads something that the copy left behind.
    fn mark_labels(&self, blocks: &mut [Block]) {
        let mut ends = blocks.iter_mut().rev().filter(|block| block.words > 0 && !block.kind.is_boilerplate());
        if let (Some(last), Some(_)) = (ends.next(), ends.next())
            && is_label(last, self.tokens)
        {
            last.kind = BlockKind::Boilerplate;
        }
    }

    /// The last paragraphs may tell who the writer is, or ask what the reader thinks.
    fn mark_endings(&self, sentences: &[Sentence], blocks: &mut [Block]) {
        let count = blocks.iter().filter(|block| block.kind == BlockKind::Body).count();
        if count < LONG_ENOUGH_FOR_AN_ENDING {
            return;
        }
        for _ in 0..2 {
            let Some(block) = blocks.iter_mut().rev().find(|block| block.kind == BlockKind::Body) else {
                return;
            };
            let own = sentences.get(block.sentences()).unwrap_or_default();
            let inside = self.tokens_of(block);
            let ending = furniture::is_biography(inside, block.words)
                || own.len() <= 2 && furniture::asks_reader(inside, block.words);
            if !ending {
                return;
            }
            block.kind = BlockKind::Boilerplate;
        }
    }

    /// Running text and no heading.
    fn is_paragraph(&self, block: &Block) -> bool {
        block.words > HEADLINE_WORDS || block.words > HEADING_WORDS && self.ends_in_terminal(block)
    }
}

/// A few words that head something: "Authors:".
pub(super) fn is_label(block: &Block, tokens: &[Token]) -> bool {
    let inside = tokens.get(block.tokens()).unwrap_or_default();
    block.words <= LABEL_WORDS && inside.last().is_some_and(|end| end.kind == TokenKind::Colon)
}

/// One to four words, all of them names of sections, and no more than a number behind the first.
fn is_section_label(tokens: &[Token]) -> bool {
    let mut words = 0;
    for token in tokens {
        match token.kind {
            TokenKind::Word => {
                words += 1;
                let joins = token.has(word::CONJUNCTION | word::PREPOSITION) && words > 1;
                if !token.has(word::SECTION_LABEL) && !joins || !token.is(form::CAPITALISED) && !joins {
                    return false;
                }
            }
            TokenKind::Other | TokenKind::Hyphen | TokenKind::Dash => {}
            // "UPDATE 2"
            TokenKind::Number if words == 1 => {}
            _ => return false,
        }
    }
    (1..=4).contains(&words)
}

/// "By Jane Doe", "Jane Doe, Reuters | March 3, 2021": who wrote it or when, and nothing else.
fn is_byline(tokens: &[Token], words: usize, starts_as_byline: bool) -> bool {
    // "Reporting by Jane Doe in Paris and John Roe in Rome; editing by ..." may be long.
    let limit = if starts_as_byline { CREDIT_WORDS } else { HEADING_WORDS as usize };
    if words > limit || words < 2 {
        return false;
    }
    let lower = tokens
        .iter()
        .zip(tokens.iter().skip(1).map(Some).chain(std::iter::once(None)))
        .filter(|(token, next)| {
            token.is_word()
                && !token.is(form::CAPITALISED | form::DIGIT)
                && !token.has(word::STOP | word::PREPOSITION | word::CONJUNCTION)
                && !next.is_some_and(|next| next.key == BY)
                && token.key != ADDITIONAL
        })
        .count();
    if starts_as_byline && lower == 0 {
        return true;
    }
    let dated = tokens.windows(2).any(|pair| {
        matches!(pair, [a, b] if a.has(word::MONTH) && b.kind == TokenKind::Number || a.kind == TokenKind::Number && b.has(word::MONTH))
    });
    dated && lower == 0 && !tokens.last().is_some_and(|token| token.kind == TokenKind::Stop)
}

/// The credit of a wire report has at most so many words.
const CREDIT_WORDS: usize = 40;
const BY: u64 = word_key("by");
const ADDITIONAL: u64 = word_key("additional");

fn is_list_item(tokens: &[Token]) -> bool {
    let [first, second, ..] = tokens else {
        return false;
    };
    match first.kind {
        TokenKind::Hyphen | TokenKind::Dash | TokenKind::Other => second.is(form::SPACE_BEFORE),
        TokenKind::Number => matches!(second.kind, TokenKind::Stop | TokenKind::CloseBracket),
        _ => false,
    }
}

/// Blocks that repeat an earlier one word for word, or the title that was sent apart.
fn mark_duplicates(title: Option<&Headline>, tokens: &[Token], blocks: &mut [Block]) {
    let mut seen: HashMap<u64, Original> = HashMap::with_capacity(blocks.len() + 1);
    if let Some(title) = title {
        seen.insert(words_key(&title.tokens), Original::Title);
    }
    for (index, block) in blocks.iter_mut().enumerate() {
        // A word or two may be repeated for a reason ("More:").
        if block.words < 3 {
            continue;
        }
        let key = words_key(tokens.get(block.tokens()).unwrap_or_default());
        let original = *seen.entry(key).or_insert(Original::Block(index as u32));
        if original != Original::Block(index as u32) && block.kind != BlockKind::Boilerplate {
            block.kind = BlockKind::Duplicate;
            block.original = Some(original);
        }
    }
}

fn words_key(tokens: &[Token]) -> u64 {
    tokens.iter().filter(|token| token.counts()).fold(0, |key, token| phrase_key(key, token.key))
}

#[cfg(test)]
mod tests;
