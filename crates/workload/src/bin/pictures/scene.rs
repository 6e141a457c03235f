//! A landscape made up: a sky, a sun, hills, and the noise of a camera. Like a photograph, it is smooth
//! over most of it and nowhere exactly.

use fastrand::Rng;
use image::{Rgb, RgbImage, Rgba, RgbaImage};

/// Hills behind one another.
const HILLS: usize = 3;
/// How much neighbours differ by noise, at most.
const NOISE: f32 = 10.0;

type Colour = [f32; 3];

/// A landscape of this size; the same for the same seed.
pub(crate) fn scene(seed: u64, width: u32, height: u32) -> RgbImage {
    let mut rng = Rng::with_seed(seed);
    let mut colour = |dark: f32, bright: f32| -> Colour {
        std::array::from_fn(|_| dark + (bright - dark) * rng.f32())
    };
    let (zenith, horizon) = (colour(30.0, 150.0), colour(150.0, 240.0));
    let lands: [Colour; HILLS] = std::array::from_fn(|_| colour(20.0, 140.0));
    let sun = [0.2 + 0.6 * rng.f32(), 0.1 + 0.3 * rng.f32()];
    let waves: [[f32; 3]; HILLS] =
        std::array::from_fn(|_| [rng.f32() * 6.0, 3.0 + rng.f32() * 6.0, rng.f32() * 6.0]);
    let longer = width.max(height) as f32;
    // What a column has in common is worked out once.
    let ridges: Vec<[f32; HILLS]> = (0..width)
        .map(|x| std::array::from_fn(|hill| ridge(hill, waves[hill], x as f32 / longer)))
        .collect();
    RgbImage::from_fn(width, height, |x, y| {
        let down = y as f32 / height as f32;
        let hill = (0..HILLS)
            .rev()
            .find(|hill| down > ridges[x as usize][*hill]);
        let [dx, dy] = [x as f32 / width as f32 - sun[0], down - sun[1]];
        let away = (dx * width as f32).hypot(dy * height as f32) / longer;
        let base = match hill {
            Some(hill) => mix(lands[hill], horizon, (1.0 - down) * 0.3),
            None if away < 0.06 => [255.0, 245.0, 200.0],
            None => mix(zenith, horizon, (down * 1.6).min(1.0)),
        };
        let noise = (rng.f32() - 0.5) * NOISE;
        // Casting saturates.
        Rgb(base.map(|channel| (channel + noise) as u8))
    })
}

/// How far down the picture the top of a hill is.
fn ridge(hill: usize, [shift, fine, fine_shift]: [f32; 3], x: f32) -> f32 {
    let base = 0.5 + 0.15 * hill as f32;
    base + 0.08 * (x * 4.0 + shift).sin() + 0.02 * (x * fine * 4.0 + fine_shift).sin()
}

fn mix(one: Colour, other: Colour, share: f32) -> Colour {
    std::array::from_fn(|channel| one[channel] * (1.0 - share) + other[channel] * share)
}

/// Cut out: round, with an edge that fades, and bright green where it cannot be seen.
pub(crate) fn round(scene: &RgbImage) -> RgbaImage {
    let (width, height) = scene.dimensions();
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    RgbaImage::from_fn(width, height, |x, y| {
        let away = ((x as f32 - middle_x) / middle_x).hypot((y as f32 - middle_y) / middle_y);
        let opacity = ((1.0 - away) * 10.0).clamp(0.0, 1.0);
        let [red, green, blue] = match opacity {
            0.0 => [0, 255, 0],
            _ => scene.get_pixel(x, y).0,
        };
        Rgba([red, green, blue, (opacity * 255.0) as u8])
    })
}
