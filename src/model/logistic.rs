//! The one way to linfa's logistic regression.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::{FittedLogisticRegression, LogisticRegression};
use ndarray::{Array1, Array2};

/// Gradient norms at which the fit is called done, tried in turn: near the optimum the line search may
/// find no better point before the strictest is reached.
const TOLERANCES: [f64; 3] = [1e-4, 1e-3, 1e-2];

/// Fits rows of `width` inputs, one after the other in `records`, under an L2 penalty of `alpha`.
///
/// # Errors
/// One sentence.
pub(super) fn logistic(
    records: Vec<f64>,
    targets: Vec<bool>,
    width: usize,
    alpha: f64,
) -> Result<FittedLogisticRegression<f64, bool>, String> {
    let records = Array2::from_shape_vec((targets.len(), width), records)
        .map_err(|error| format!("The inputs have no shape ({error})."))?;
    let dataset = Dataset::new(records, Array1::from(targets));
    let mut result = Err("Nothing was fitted.".to_owned());
    for tolerance in TOLERANCES {
        result = LogisticRegression::default()
            .alpha(alpha)
            .max_iterations(500)
            .gradient_tolerance(tolerance)
            .fit(&dataset)
            .map_err(|error| format!("The fit failed ({error})."));
        if result.is_ok() {
            break;
        }
    }
    result
}
