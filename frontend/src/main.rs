//! Starts the page.

fn main() {
    viridian_frontend::start();
}
