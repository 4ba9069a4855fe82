//! How far a job is, for whoever waits for it.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

use super::counts::Counts;

/// Between two lines, where nobody sees a bar.
const LINES_EVERY: Duration = Duration::from_secs(10);

/// Tells on standard error how far a job is: a bar on a terminal, else a line now and then.
pub(super) struct Display {
    bar: Option<ProgressBar>,
    quiet: bool,
    began: Instant,
    told: Instant,
    /// Bytes of the input; absent where a pipe is among it.
    total: Option<u64>,
    /// What was done before this process began.
    before: u64,
    bytes_before: Option<u64>,
}

impl Display {
    pub(super) fn new(quiet: bool, total: Option<u64>, before: Counts) -> Self {
        let bar = (!quiet && io::stderr().is_terminal()).then(|| {
            let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
            let style = if total.is_some() { "{percent:>3}% {wide_bar} {msg}" } else { "{spinner} {msg}" };
            // A wrong style would only cost the looks.
            bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        let now = Instant::now();
        Display { bar, quiet, began: now, told: now, total, before: before.read, bytes_before: None }
    }

    /// Tells, if it is time to.
    pub(super) fn tell(&mut self, counts: Counts, bytes: u64) {
        let bytes_before = *self.bytes_before.get_or_insert(bytes);
        let message = || {
            let seconds = self.began.elapsed().as_secs_f64().max(0.001);
            let rate = (counts.read - self.before) as f64 / seconds;
            let left = self.total.filter(|_| bytes > bytes_before).map(|total| {
                let left = total.saturating_sub(bytes) as f64 / (bytes - bytes_before) as f64 * seconds;
                format!(", {} left", HumanDuration(Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX)))
            });
            let rejected = if counts.rejected > 0 { format!(", {} rejected", counts.rejected) } else { String::new() };
            format!("{} articles{rejected}, {rate:.0}/s{}", HumanCount(counts.read), left.unwrap_or_default())
        };
        if let Some(bar) = &self.bar {
            bar.set_position(bytes.min(self.total.unwrap_or(u64::MAX)));
            bar.set_message(message());
        } else if !self.quiet && self.told.elapsed() >= LINES_EVERY {
            let share = self.total.map(|total| format!("{}%: ", 100 * bytes.min(total) / total.max(1)));
            let _ = writeln!(io::stderr(), "candor: {}{}", share.unwrap_or_default(), message());
            self.told = Instant::now();
        }
    }

    pub(super) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
