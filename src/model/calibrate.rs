//! Calibration: two numbers that turn the estimator's logit into a probability.

use linfa::ParamGuard;
use linfa::composing::platt_scaling::{Platt, platt_newton_method};
use ndarray::Array1;

use super::artifact::Calibration;
use super::train::TrainError;

/// Platt's scaling of `logits` to `good`, by linfa's Newton method. The logits must come from models
/// that had not seen the articles.
pub fn platt(logits: &[f64], good: &[bool]) -> Result<Calibration, TrainError> {
    let params = Platt::<f64, ()>::params()
        .check()
        .map_err(|error| TrainError::fit(format!("calibration is set up wrongly ({error})")))?;
    let values = Array1::from(logits.to_vec());
    let labels = Array1::from(good.to_vec());
    let (a, b) = platt_newton_method(values.view(), labels.view(), &params)
        .map_err(|error| TrainError::fit(format!("calibration failed ({error})")))?;
    // linfa's form is 1 / (1 + exp(a x + b)).
    let calibration = Calibration { slope: -a, intercept: -b };
    if !(calibration.slope.is_finite() && calibration.intercept.is_finite()) {
        return Err(TrainError::fit("calibration gave a number that is not finite".to_owned()));
    }
    Ok(calibration)
}

impl Calibration {
    /// The calibrated logit.
    #[must_use]
    pub fn apply(self, logit: f64) -> f64 {
        self.slope * logit + self.intercept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sigmoid::sigmoid;

    #[test]
    fn it_finds_the_line_that_made_the_labels() {
        // Labels in exact proportion to sigmoid(2 x - 1).
        let mut logits = Vec::new();
        let mut good = Vec::new();
        for step in -20..=20 {
            let x = f64::from(step) / 10.0;
            let share = (1000.0 * sigmoid(2.0 * x - 1.0)).round() as usize;
            for i in 0..1000 {
                logits.push(x);
                good.push(i < share);
            }
        }
        let line = platt(&logits, &good).unwrap();
        assert!((line.slope - 2.0).abs() < 0.02, "{line:?}");
        assert!((line.intercept + 1.0).abs() < 0.02, "{line:?}");
        assert!((line.apply(1.0) - 1.0).abs() < 0.03);
    }
}
