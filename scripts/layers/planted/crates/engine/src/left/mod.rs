//! A neighbour may be seen from above only.

use crate::right::Right; //~ floor

pub struct Left(pub Right);
