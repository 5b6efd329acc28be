import yaml
from yaml import CSafeLoader, Loader


def read(file):
    # ruleid: gatekeeper.python.unsafe-yaml-loader
    first = yaml.load(file, Loader=yaml.Loader)
    # ruleid: gatekeeper.python.unsafe-yaml-loader
    second = yaml.unsafe_load(file)
    # ruleid: gatekeeper.python.unsafe-yaml-loader
    third = yaml.load(file, yaml.UnsafeLoader)
    # ruleid: gatekeeper.python.unsafe-yaml-loader
    fourth = list(yaml.load_all(file, Loader=Loader))
    # ok: gatekeeper.python.unsafe-yaml-loader
    fifth = yaml.safe_load(file)
    # ok: gatekeeper.python.unsafe-yaml-loader
    sixth = yaml.load(file, Loader=yaml.SafeLoader)
    # The name ends like an unsafe one.
    # ok: gatekeeper.python.unsafe-yaml-loader
    return first, second, third, fourth, fifth, sixth, yaml.load(file, Loader=CSafeLoader)
