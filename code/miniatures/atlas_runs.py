"""The chapter's stored networks."""
import numpy as np
NETWORK = 200
def stored_network(seed=200):
    with np.load('/tmp/aa/w2_plai.npz') as f: return [f[k] for k in f]
