"""CycloneDX documents for a comparison with conftest."""

from __future__ import annotations

CASES: dict[str, str | bytes] = {
    "array.json": "[]",
    "bad_bool.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="1"><co'
        'mponents><component type="x"><name>n</name><modified>maybe</modified></component></compone'
        "nts></bom>\n"
    ),
    "bad_license.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="1"><co'
        'mponents><component type="x"><name>n</name><licenses><foo/></licenses></component></compon'
        "ents></bom>\n"
    ),
    "bad_name.json": '{"components":[{"name":1}]}',
    "bad_spec.json": '{"specVersion":"9"}',
    "bad_type.json": '{"components":"x"}',
    "bad_version.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="x"></b'
        "om>\n"
    ),
    "bool_int.json": '{"version":true}',
    "both_tools.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="1"><me'
        'tadata><tools><tool><name>x</name></tool><components><component type="a"><name>b</name></c'
        "omponent></components></tools></metadata></bom>\n"
    ),
    "broken.json": '{"a":',
    "components.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="1">\n'
        " <metadata><timestamp>2024-01-01T00:00:00Z</timestamp><lifecycles><lifecycle><phase>build<"
        "/phase></lifecycle></lifecycles>\n"
        '  <tools><components><component type="application"><name>syft</name><version>1</version></'
        "component></components></tools>\n"
        "  <authors><author><name>A</name><email>a@b</email></author></authors><supplier><name>S</n"
        "ame><url>u1</url><url>u2</url></supplier>\n"
        "  <licenses><license><id>MIT</id></license></licenses></metadata>\n"
        " <components>\n"
        '  <component type="library" bom-ref="a" mime-type="x/y"><group>g</group><name> n </name><v'
        "ersion>1</version><scope>required</scope>\n"
        '   <hashes><hash alg="SHA-256">abc</hash></hashes>\n'
        '   <licenses><expression acknowledgement="declared">MIT OR X</expression></licenses><purl>'
        "pkg:x/y@1?a=b&amp;c=d</purl>\n"
        '   <swid tagId="t" name="n" tagVersion="2" patch="true"><text content-type="x">y</text></s'
        "wid><modified>false</modified>\n"
        "   <pedigree><commits><commit><uid>1</uid><author><timestamp>t</timestamp></author></commi"
        't></commits><patches><patch type="backport"><diff><url>u</url></diff><resolves><issue type'
        '="security"><id>CVE</id><name>n</name><description>d</description><source><name>NVD</name>'
        "</source><references><url>r</url></references></issue></resolves></patch></patches></pedig"
        "ree>\n"
        '   <externalReferences><reference type="vcs"><url>https://x</url><comment>c</comment></ref'
        "erence></externalReferences>\n"
        '   <properties><property name="p">v</property></properties>\n'
        "   <evidence><identity><field>purl</field><confidence>0.1</confidence><methods><method><te"
        "chnique>t</technique><confidence>1</confidence></method></methods></identity><occurrences>"
        '<occurrence bom-ref="o"><location>/x</location></occurrence></occurrences><copyright><text'
        ">c1</text><text>c2</text></copyright></evidence>\n"
        '   <components><component type="file"><name>inner</name></component></components>\n'
        "   <releaseNotes><type>major</type><notes><note><locale>en</locale><text>x</text></note></"
        "notes></releaseNotes><tags><tag>t1</tag></tags>\n"
        "  </component>\n"
        " </components>\n"
        " <services><service><name>s</name><endpoints><endpoint>e</endpoint></endpoints><authentica"
        'ted>true</authenticated><x-trust-boundary>0</x-trust-boundary><data><dataflow name="d"><cl'
        'assification flow="inbound">PII</classification><source><url>u</url></source></dataflow></'
        "data></service></services>\n"
        ' <dependencies><dependency ref="a"><dependency ref="b"/><dependency ref="c"/></dependency>'
        '<dependency ref="b"/></dependencies>\n'
        ' <compositions><composition><aggregate>complete</aggregate><assemblies><assembly ref="a"/>'
        "</assemblies></composition></compositions>\n"
        ' <vulnerabilities><vulnerability bom-ref="v"><id>CVE-1</id><source><name>NVD</name></sourc'
        "e><ratings><rating><score>9.8</score><severity>critical</severity></rating></ratings><cwes"
        "><cwe>79</cwe></cwes><analysis><state>exploitable</state><responses><response>update</resp"
        "onse></responses></analysis><affects><target><ref>a</ref><versions><version><version>1</ve"
        "rsion><status>affected</status></version></versions></target></affects></vulnerability></v"
        "ulnerabilities>\n"
        ' <annotations><annotation bom-ref="n"><subjects><subject ref="a"/></subjects><annotator><i'
        "ndividual><name>x</name></individual></annotator><text>t</text></annotation></annotations>"
        "\n"
        "</bom>\n"
    ),
    "deep.json": '{"metadata":{"component":{"supplier":{"url":"x"}}}}',
    "empty_licenses.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="1"><co'
        'mponents><component type="x"><name>n</name><licenses/></component></components></bom>\n'
    ),
    "empty_tools.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="1"><me'
        "tadata><tools/></metadata></bom>\n"
    ),
    "float_int.json": '{"version":1.5}',
    "good.json": (
        '{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","'
        'name":"x","version":"1.0","licenses":[{"license":{"id":"MIT"}}],"x":1}],"foo":{"a":1.0}}'
    ),
    "no_license.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="1"><co'
        'mponents><component type="x"><name>n</name><licenses><license/></licenses></component></co'
        "mponents></bom>\n"
    ),
    "no_version.xml": "<bom/>",
    "null.json": "null",
    "nulls.json": '{"components":null,"metadata":{"component":null}}',
    "old_tools.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="2"><me'
        "tadata><tools><tool><vendor>v</vendor><name>n</name><hashes/></tool></tools><component typ"
        'e="x"><name/><supplier/></component></metadata><components/></bom>\n'
    ),
    "other_root.xml": "<sbom/>",
    "space.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version=" 3 "><'
        'components><component type="x"><name>a<!-- c -->b</name><modified> true </modified></compo'
        "nent></components></bom>\n"
    ),
    "string.json": '"x"',
    "text.json": "hello",
    "two_licenses.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="1"><co'
        'mponents><component type="x"><name>n</name><licenses><license><id>a</id><name>b</name></li'
        "cense></licenses></component></components></bom>\n"
    ),
    "unknown.xml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1" version="1"><fo'
        "o><bar/></foo></bom>\n"
    ),
}
