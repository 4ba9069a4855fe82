//! Fitting the register model: vocabulary, patterns and weights, all from the articles that are fitted on.

use std::fmt;

use hashbrown::HashMap;

use super::{Code, Codes, NOTHING, REGISTER, Register, RegisterFile, Unit};
use crate::model::logistic::logistic;
use crate::model::transform::Quantiles;

/// A piece of fewer units is not halved to see what length does: its halves are shorter than any text with a score.
const LEAST_HALVED: usize = 200;

/// How a register model is fitted. Chosen by leaving out one corpus at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// A word keeps its letters if it stands in this share of the pieces of every corpus.
    pub common: f64,
    /// A pattern stands in at least so many pieces.
    pub least: usize,
    /// At most so many patterns, those that tell most.
    pub patterns: usize,
    /// L2 strength for each piece of average weight.
    pub penalty: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { common: 0.05, least: 10, patterns: 1500, penalty: 1.0 }
    }
}

/// One piece of an article to fit on.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub units: &'a [Unit],
    pub corpus: usize,
    pub good: bool,
    /// How often it is repeated, so that corpora and labels weigh the same.
    pub copies: usize,
}

/// How the words behind keys are written.
pub type Spellings = HashMap<u64, String>;

/// Why nothing was fitted, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FitError(pub String);

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FitError {}

/// Fits on `rows`. The length effect and the reference distribution are left to the caller: both want articles that were
/// not fitted on.
///
/// # Errors
/// No pattern is frequent enough, or linfa finds no minimum.
pub fn fit(rows: &[Row<'_>], spellings: &Spellings, settings: &Settings) -> Result<RegisterFile, FitError> {
    let vocabulary = vocabulary(rows, spellings, settings);
    let counted = Counted::of(rows, &Codes::of(&vocabulary));
    let chosen = counted.choose(rows, settings);
    if chosen.is_empty() {
        return Err(FitError(format!("No register pattern stands in {} articles.", settings.least)));
    }
    let written = Codes::names(&vocabulary);
    let names: Vec<String> = chosen.iter().map(|pattern| counted.name(*pattern, &written)).collect();
    let idf: Vec<f64> = chosen
        .iter()
        .map(|&pattern| {
            let have = counted.articles.get(pattern as usize).copied().unwrap_or_default();
            libm::log((1.0 + rows.len() as f64) / (1.0 + f64::from(have))) + 1.0
        })
        .collect();
    let column: HashMap<u32, usize> = chosen.iter().enumerate().map(|(column, pattern)| (*pattern, column)).collect();

    let width = chosen.len();
    let total: usize = rows.iter().map(|row| row.copies).sum();
    let mut records = Vec::with_capacity(total * width);
    let mut targets = Vec::with_capacity(total);
    let mut record = vec![0.0; width];
    for (row, seen) in rows.iter().zip(&counted.rows) {
        record.fill(0.0);
        let mut squares = 0.0;
        for (pattern, count) in seen {
            if let Some(&column) = column.get(pattern) {
                record[column] = (1.0 + libm::log(f64::from(*count))) * idf[column];
                squares += record[column] * record[column];
            }
        }
        if squares > 0.0 {
            let length = libm::sqrt(squares);
            record.iter_mut().for_each(|value| *value /= length);
        }
        for _ in 0..row.copies {
            records.extend_from_slice(&record);
            targets.push(row.good);
        }
    }
    let alpha = settings.penalty * total as f64 / rows.len().max(1) as f64;
    let fitted = logistic(records, targets, width, alpha).map_err(FitError)?;
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    // Five decimals keep the file small; what they change is far below what a corpus changes.
    let rounded = |value: f64| libm::round(value * 1e5) / 1e5;
    let mut patterns: Vec<(String, f64, f64)> = names
        .into_iter()
        .zip(&idf)
        .zip(fitted.params())
        .map(|((name, idf), weight)| (name, rounded(*idf), rounded(sign * weight)))
        .collect();
    patterns.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(RegisterFile {
        vocabulary,
        bias: rounded(sign * fitted.intercept()),
        penalty: settings.penalty,
        length_effect: 0.0,
        patterns,
        reference: Quantiles { feature_id: REGISTER.to_owned(), count: 0, values: vec![], below: vec![], upto: vec![] },
    })
}

/// For each piece of a good article among `rows`, which the register was not fitted on, what its sum is above the mean of
/// its two halves, for an e-fold of length: what sound reporting loses by being cut. It compares the same words, so that
/// what long articles are like has no part in it.
#[must_use]
pub fn lost_by_halving(file: &RegisterFile, rows: &[Row<'_>]) -> Vec<f64> {
    let register = Register::new(file);
    rows.iter()
        .filter(|row| row.good && row.units.len() >= LEAST_HALVED)
        .map(|row| {
            let (first, second) = row.units.split_at(row.units.len() / 2);
            let of = |units: &[Unit]| register.read_units(units).sum;
            (of(row.units) - (of(first) + of(second)) / 2.0) / std::f64::consts::LN_2
        })
        .collect()
}

/// The words common to all corpora, in alphabetical order. A word that is mostly written like a name is none of them: names of
/// people, places and outlets must not weigh.
fn vocabulary(rows: &[Row<'_>], spellings: &Spellings, settings: &Settings) -> Vec<String> {
    let corpora = rows.iter().map(|row| row.corpus + 1).max().unwrap_or(0);
    let mut articles = vec![0usize; corpora];
    let mut holding: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut written: HashMap<u64, (u32, u32)> = HashMap::new();
    for row in rows {
        articles[row.corpus] += 1;
        let mut seen: Vec<u64> = Vec::with_capacity(row.units.len());
        for unit in row.units.iter().filter(|unit| unit.word != 0) {
            seen.push(unit.word);
            let (all, capitalised) = written.entry(unit.word).or_default();
            *all += 1;
            *capitalised += u32::from(unit.capitalised);
        }
        seen.sort_unstable();
        seen.dedup();
        for word in seen {
            holding.entry(word).or_insert_with(|| vec![0; corpora])[row.corpus] += 1;
        }
    }
    let common = |counts: &[usize]| {
        counts.iter().zip(&articles).all(|(&have, &all)| all == 0 || have as f64 >= settings.common * all as f64)
    };
    let mut vocabulary = Vec::new();
    #[allow(clippy::iter_over_hash_type, reason = "sorted below")]
    for (word, counts) in &holding {
        let is_name = written.get(word).is_some_and(|(all, capitalised)| 2 * capitalised > *all);
        if common(counts)
            && !is_name
            && let Some(spelling) = spellings.get(word)
        {
            vocabulary.push(spelling.clone());
        }
    }
    vocabulary.sort();
    vocabulary
}

/// The patterns of every row.
struct Counted {
    /// For each pattern its unit, and the one before it or [`NOTHING`].
    patterns: Vec<(Code, Code)>,
    /// For each pattern, in how many rows it stands.
    articles: Vec<u32>,
    /// For each row, its patterns in the order of their first occurrence, and how often each occurs.
    rows: Vec<Vec<(u32, u32)>>,
}

impl Counted {
    fn of(rows: &[Row<'_>], codes: &Codes) -> Self {
        let mut counted = Counted { patterns: Vec::new(), articles: Vec::new(), rows: Vec::with_capacity(rows.len()) };
        let mut numbers: HashMap<(Code, Code), u32> = HashMap::new();
        for row in rows {
            let mut place: HashMap<u32, usize> = HashMap::new();
            let mut seen: Vec<(u32, u32)> = Vec::new();
            let mut before = NOTHING;
            for &unit in row.units {
                let code = codes.unit(&unit);
                let pair = (before != NOTHING && !unit.first).then_some((before, code));
                for pattern in std::iter::once((NOTHING, code)).chain(pair) {
                    let number = *numbers.entry(pattern).or_insert_with(|| {
                        counted.patterns.push(pattern);
                        counted.articles.push(0);
                        counted.patterns.len() as u32 - 1
                    });
                    let at = *place.entry(number).or_insert_with(|| {
                        seen.push((number, 0));
                        seen.len() - 1
                    });
                    seen[at].1 += 1;
                }
                before = code;
            }
            for (number, _) in &seen {
                counted.articles[*number as usize] += 1;
            }
            counted.rows.push(seen);
        }
        counted
    }

    /// The patterns that tell most in all corpora together: the sum over corpora of the difference between the
    /// shares of good and poor articles that have it, each in its standard errors (Stouffer et al. 1949).
    fn choose(&self, rows: &[Row<'_>], settings: &Settings) -> Vec<u32> {
        let corpora = rows.iter().map(|row| row.corpus + 1).max().unwrap_or(0);
        let mut sizes = vec![[0u32; 2]; corpora];
        let mut counts = vec![[0u32; 2]; corpora * self.patterns.len()];
        for (row, seen) in rows.iter().zip(&self.rows) {
            sizes[row.corpus][usize::from(row.good)] += 1;
            for (pattern, _) in seen {
                counts[*pattern as usize * corpora + row.corpus][usize::from(row.good)] += 1;
            }
        }
        let told = |pattern: usize| {
            let mut sum = 0.0;
            for (corpus, [poor, good]) in sizes.iter().enumerate().filter(|(_, size)| size[0] > 0 && size[1] > 0) {
                let [have_poor, have_good] = counts[pattern * corpora + corpus];
                let share = |have: u32, all: u32| (f64::from(have) + 0.5) / (f64::from(all) + 1.0);
                let (p, q) = (share(have_good, *good), share(have_poor, *poor));
                let error = libm::sqrt(p * (1.0 - p) / f64::from(*good) + q * (1.0 - q) / f64::from(*poor));
                sum += (p - q) / error;
            }
            sum.abs()
        };
        let mut ranked: Vec<(f64, u32)> = (0u32..)
            .zip(&self.articles)
            .filter(|(_, articles)| **articles as usize >= settings.least)
            .map(|(pattern, _)| (told(pattern as usize), pattern))
            .collect();
        // Rows come in one order, so the order of first occurrence breaks ties.
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(settings.patterns);
        ranked.into_iter().map(|(_, pattern)| pattern).collect()
    }

    fn name(&self, pattern: u32, written: &[String]) -> String {
        let one = |code: Code| written.get(usize::from(code)).map_or("", String::as_str);
        match self.patterns.get(pattern as usize) {
            Some((NOTHING, unit)) => one(*unit).to_owned(),
            Some((before, unit)) => format!("{} {}", one(*before), one(*unit)),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::model::register::shape;
    use crate::text::Document;

    fn article(text: &str, spellings: &mut Spellings) -> Vec<Unit> {
        let document = Document::read(&Article::from_text(text));
        let mut units = Vec::new();
        shape::each(&document, |seen| {
            let unit = Unit::of(text, &seen);
            units.push(unit);
            if unit.word != 0 {
                let written = seen.token.span().slice(text).unwrap_or_default().to_lowercase();
                spellings.entry(unit.word).or_insert(written);
            }
        });
        units
    }

    fn fitted() -> (RegisterFile, Vec<(Vec<Unit>, bool)>) {
        let mut spellings = Spellings::new();
        let mut articles = Vec::new();
        for n in 0..40 {
            let good = format!("The plan costs {n} crowns, the mayor of Bree said on Monday. The vote is in {n} days.");
            let poor = format!("You will not believe what Bree did {n} times! So they just lie to you and Bree!");
            articles.push((article(&good, &mut spellings), true));
            articles.push((article(&poor, &mut spellings), false));
        }
        let rows: Vec<Row<'_>> = articles
            .iter()
            .enumerate()
            .map(|(index, (units, good))| Row { units, corpus: index / 2 % 2, good: *good, copies: 2 })
            .collect();
        let settings = Settings { patterns: 30, ..Settings::default() };
        (fit(&rows, &spellings, &settings).unwrap(), articles)
    }

    #[test]
    fn it_learns_a_register_and_reads_it_again() {
        let (file, articles) = fitted();
        assert!(file.patterns.len() <= 30);
        let register = Register::new(&file);
        for (units, good) in &articles {
            assert_eq!(register.read_units(units).sum > 0.0, *good);
        }
        assert_eq!(file, fitted().0, "the same articles give the same model");
    }

    #[test]
    fn with_its_length_effect_good_articles_lose_nothing_by_being_halved() {
        let (mut file, articles) = fitted();
        let good = || articles.iter().filter(|(_, good)| *good).flat_map(|(units, _)| units.iter().copied());
        let long: Vec<Vec<Unit>> = (0..6).map(|n| good().skip(40 * n).take(LEAST_HALVED + 30 * n).collect()).collect();
        let rows: Vec<Row<'_>> = long.iter().map(|units| Row { units, corpus: 0, good: true, copies: 1 }).collect();
        let lost = |file: &RegisterFile| {
            let lost = lost_by_halving(file, &rows);
            lost.iter().sum::<f64>() / lost.len() as f64
        };
        file.length_effect = lost(&file);
        assert!(file.length_effect.abs() > 1e-3, "there is something to take out");
        assert!(lost(&file).abs() < 1e-3, "{}", lost(&file));
        let poor: Vec<Row<'_>> = rows.iter().map(|row| Row { good: false, ..*row }).collect();
        assert!(lost_by_halving(&file, &poor).is_empty());
    }

    #[test]
    fn names_are_never_kept() {
        let (file, _) = fitted();
        assert!(file.vocabulary.iter().any(|word| word == "said"), "{:?}", file.vocabulary);
        assert!(!file.vocabulary.iter().any(|word| word == "bree"), "in every article, and a name");
    }

    #[test]
    fn without_a_frequent_pattern_nothing_is_fitted() {
        let mut spellings = Spellings::new();
        let units = article("One sentence only, of some length, stands here.", &mut spellings);
        let rows = [Row { units: &units, corpus: 0, good: true, copies: 1 }];
        let error = fit(&rows, &spellings, &Settings::default()).unwrap_err();
        assert_eq!(error.to_string(), "No register pattern stands in 10 articles.");
    }
}
