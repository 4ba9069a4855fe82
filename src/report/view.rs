//! Views: which evidence a report shows.
