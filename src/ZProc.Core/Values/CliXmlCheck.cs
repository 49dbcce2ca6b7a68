using System.Xml;

namespace ZProc.Core.Values;

/// <summary>
/// Checks that CLIXML is plain data, of a bounded cost for its reader: one object of the elements that PowerShell's serializer
/// writes. Class metadata of CIM would make the reader build types; a deep or much shared object would take its stack or its time.
/// </summary>
internal sealed class CliXmlCheck
{
    private const string Version = "1.1.0.1";

    /// <summary>How many objects may be inside each other. PowerShell's reader refuses the next one.</summary>
    private const int MaxObjects = 49;

    /// <summary>How many sets of members may be inside each other. PowerShell's reader does not count them.</summary>
    private const int MaxMemberSets = 4;

    /// <summary>How many names a type may have. Each reference to the names copies them.</summary>
    private const int MaxTypeNames = 64;

    /// <summary>How many keys a dictionary may have whose hash codes a sender can choose.</summary>
    private const int MaxChosenKeys = 100;

    private readonly CliXmlReader _reader;
    private readonly HashSet<string> _typeRefs = new(StringComparer.Ordinal);
    private readonly CliXmlGraph _graph = new();
    private int _depth;

    private CliXmlCheck(CliXmlReader reader) => _reader = reader;

    /// <summary>What is wrong with a text, as a clause; null for one that a reader can take.</summary>
    public static string? Defect(string text)
    {
        using var reader = new CliXmlReader(text);
        var check = new CliXmlCheck(reader);
        try
        {
            check.CheckDocument();
            return check._graph.IsBounded() ? null : "its parts refer to each other so often that it grows when it is written back";
        }
        catch (Exception e) when (e is XmlException or FormatException or OverflowException or ArgumentException)
        {
            return $"its CLIXML is not plain data ({e.Message})";
        }
    }

    private void CheckDocument()
    {
        _reader.Begin();
        if (!_reader.IsElement("Objs") || _reader.Attribute("Version") != Version)
        {
            throw _reader.Unexpected();
        }

        if (!_reader.Enter())
        {
            throw _reader.Unexpected();
        }

        CheckObject(parent: null);
        _reader.Leave();
        if (!_reader.AtEnd)
        {
            throw _reader.Unexpected();
        }
    }

    /// <summary>Checks one object: nothing, a reference, a single value, or an element <c>Obj</c>.</summary>
    /// <param name="parent">The object that it is a part of.</param>
    /// <returns>Whether a sender can choose its hash code as a key.</returns>
    private bool CheckObject(int? parent)
    {
        if (++_depth > MaxObjects)
        {
            throw Defective("it is nested too deep");
        }

        var canCollide = true;
        if (_reader.IsElement("Obj"))
        {
            CheckComplex(parent);
        }
        else if (_reader.IsElement("Ref"))
        {
            var id = _reader.Attribute("RefId");
            if (id is null || parent is not { } from || !_graph.TryRefer(from, id))
            {
                throw Defective("a reference has no target");
            }

            _reader.PassEmpty();
        }
        else if (_reader.IsElement("Nil"))
        {
            _reader.PassEmpty();
            _graph.AddLeaf(parent);
        }
        else
        {
            canCollide = CliXmlSingle.Check(_reader.Tag, _reader.ReadText());
            _graph.AddLeaf(parent);
        }

        _depth--;
        return canCollide;
    }

    private void CheckComplex(int? parent)
    {
        var self = _graph.AddObject(parent, _reader.Attribute("RefId"));
        var seen = Parts.None;
        _reader.ReadInside(() =>
        {
            var part = PartOf(_reader.Tag);
            if ((seen & part) != 0)
            {
                throw _reader.Unexpected();
            }

            seen |= part;
            switch (part)
            {
                case Parts.Types:
                    CheckTypeNames(self);
                    break;
                case Parts.Text:
                    _reader.ReadText();
                    break;
                case Parts.Properties:
                    CheckNamed(self);
                    break;
                case Parts.Members:
                    CheckMemberSet(self, MaxMemberSets, isOuter: true);
                    break;
                default:
                    CheckBase(self);
                    break;
            }
        });
    }

    private void CheckBase(int self)
    {
        switch (_reader.Tag)
        {
            case "Obj":
                CheckObject(self);
                break;
            case "LST" or "IE" or "QUE" or "STK":
                _reader.ReadInside(() => CheckObject(self));
                break;
            case "DCT":
                CheckDictionary(self);
                break;
            default:
                CliXmlSingle.Check(_reader.Tag, _reader.ReadText());
                break;
        }
    }

    private void CheckDictionary(int self)
    {
        var chosen = 0;
        _reader.ReadInside(() =>
        {
            if (!_reader.IsElement("En") || !_reader.Enter())
            {
                throw _reader.Unexpected();
            }

            _reader.RequireName("Key");
            if (_reader.IsElement("Nil"))
            {
                throw _reader.Unexpected();
            }

            if (CheckObject(self) && ++chosen > MaxChosenKeys)
            {
                throw Defective($"a dictionary has more than {MaxChosenKeys} keys that are neither texts nor small numbers");
            }

            _reader.RequireName("Value");
            CheckObject(self);
            _reader.Leave();
        });
    }

    private void CheckTypeNames(int self)
    {
        _reader.RequireElement();
        var id = _reader.Attribute("RefId");
        if (_reader.Tag == "TNRef")
        {
            if (id is null || !_typeRefs.Contains(id))
            {
                throw Defective("a reference has no target");
            }

            _reader.PassEmpty();
            return;
        }

        if (id is not null)
        {
            _typeRefs.Add(id);
        }

        var count = 0;
        _reader.ReadInside(() =>
        {
            if (++count > MaxTypeNames)
            {
                throw Defective($"a type has more than {MaxTypeNames} names");
            }

            _graph.AddLeaf(self);
            if (!_reader.IsElement("T"))
            {
                throw _reader.Unexpected();
            }

            _reader.ReadText();
        });
    }

    /// <summary>Checks the properties that the type of an object gave it.</summary>
    private void CheckNamed(int self)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        _reader.ReadInside(() =>
        {
            AddName(names);
            CheckObject(self);
        });
    }

    /// <summary>Checks the members that were added to an object.</summary>
    private void CheckMemberSet(int self, int room, bool isOuter)
    {
        if (room == 0)
        {
            throw Defective("it is nested too deep");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        _reader.ReadInside(() =>
        {
            var name = AddName(names);

            // These two members say which type a reader builds from the object.
            if (isOuter ? name.Equals("__ClassMetadata", StringComparison.OrdinalIgnoreCase) : name.Equals("TargetTypeForDeserialization", StringComparison.OrdinalIgnoreCase))
            {
                throw Defective($"'{name}' is not data but a type to build");
            }

            if (_reader.IsElement("MS"))
            {
                CheckMemberSet(self, room - 1, isOuter: false);
            }
            else
            {
                CheckObject(self);
            }
        });
    }

    private static Parts PartOf(string name) => name switch
    {
        "TN" or "TNRef" => Parts.Types,
        "ToString" => Parts.Text,
        "Props" => Parts.Properties,
        "MS" => Parts.Members,
        _ => Parts.Base,
    };

    private string AddName(HashSet<string> names) =>
        _reader.Attribute("N") is { } name && PropertyName.IsValid(name) && names.Add(name) ? name : throw Defective("a property has no name of its own");

    private static FormatException Defective(string what) => new(what);

    /// <summary>The parts of an element <c>Obj</c>, each there once at most.</summary>
    [Flags]
    private enum Parts
    {
        None = 0,
        Types = 1,
        Text = 2,
        Properties = 4,
        Members = 8,
        Base = 16,
    }
}
