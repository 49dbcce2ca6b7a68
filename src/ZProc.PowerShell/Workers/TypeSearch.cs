using System.Management.Automation.Language;
using System.Runtime.CompilerServices;

namespace ZProc.Workers;

/// <summary>
/// Finds the definitions of the enums and classes that a script names, and of the types that those name: in the file of the script,
/// and in other script files that the session has run. A type of a module comes with the <c>using module</c> lines of the script.
/// </summary>
internal sealed class TypeSearch
{
    // A script may start thousands of blocks, and a search through all of it takes milliseconds.
    private static readonly ConditionalWeakTable<Ast, TypeDefinitionAst[]> Definitions = [];

    private readonly Dictionary<string, ScriptBlockAst> _files = new(StringComparer.Ordinal);
    private readonly HashSet<object> _found = []; // definitions, types and scripts that are done
    private readonly List<DefinedTypes> _result = [];

    private TypeSearch()
    {
    }

    /// <summary>The types that a script needs and does not define itself. The types of a file come after those of files which it needs.</summary>
    public static IReadOnlyList<DefinedTypes> For(Ast script)
    {
        var search = new TypeSearch();
        search.Visit(script, RootOf(script));
        return search._result;
    }

    /// <summary>The whole script that a part belongs to.</summary>
    public static Ast RootOf(Ast part)
    {
        while (part.Parent is { } parent)
        {
            part = parent;
        }

        return part;
    }

    private void Visit(Ast script, Ast root)
    {
        var visible = VisibleFrom(script, root);
        foreach (var text in visible.Count == 0 ? [] : TypeNames.PossiblyIn(script))
        {
            if (visible.TryGetValue(text, out var definition))
            {
                Add(definition, root);
            }
        }

        foreach (var name in TypeNames.In(script))
        {
            if (visible.TryGetValue(name.FullName, out var definition))
            {
                Add(definition, root);
            }
            else if (name.GetReflectionType() is { } type && ScriptTypes.Contains(type) && !IsWithin(script, name.FullName) && _found.Add(type))
            {
                AddFromElsewhere(type, root);
            }
        }
    }

    private void Add(TypeDefinitionAst definition, Ast root)
    {
        if (_found.Add(definition))
        {
            Visit(definition, root);
            _result.Add(new DefinedTypes(root.Extent.File, [.. ScriptSource.UsingsOf(root), Portable(definition)]));
        }
    }

    private void AddFromElsewhere(Type type, Ast root)
    {
        switch (ScriptTypes.FileOf(type))
        {
            case null when type.IsEnum:
                _result.Add(new DefinedTypes(null, [new ScriptFragment(ScriptTypes.DefinitionOf(type), 1, 1)]));
                break;
            case { } file when file.EndsWith(".psm1", StringComparison.OrdinalIgnoreCase):
                if (_found.Add(root) && ScriptSource.UsingsOf(root, UsingStatementKind.Module) is { Count: > 0 } modules)
                {
                    _result.Add(new DefinedTypes(root.Extent.File, modules) { IsOfModules = true });
                }

                break;
            case { } file when File.Exists(file):
                if (!_files.TryGetValue(file, out var script))
                {
                    _files.Add(file, script = Parser.ParseFile(file, out _, out _));
                }

                if (DefinitionsIn(script).FirstOrDefault(known => known.Name.Equals(type.Name, StringComparison.OrdinalIgnoreCase)) is { } definition)
                {
                    Add(definition, script);
                }

                break;
        }
    }

    /// <summary>The definitions outside of a part of a script that the part sees: those in a block around it.</summary>
    private static Dictionary<string, TypeDefinitionAst> VisibleFrom(Ast part, Ast root)
    {
        var visible = new Dictionary<string, TypeDefinitionAst>(StringComparer.OrdinalIgnoreCase);
        foreach (var definition in root == part ? [] : DefinitionsIn(root))
        {
            if (definition != part && Surrounds(definition.Parent.Parent, part))
            {
                visible[definition.Name] = definition;
            }
        }

        return visible;
    }

    private static TypeDefinitionAst[] DefinitionsIn(Ast root) => Definitions.GetValue(
        root, static root => [.. root.FindAll(static ast => ast is TypeDefinitionAst, searchNestedScriptBlocks: true).Cast<TypeDefinitionAst>()]);

    private static bool Surrounds(Ast block, Ast part)
    {
        for (var parent = part.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent == block)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWithin(Ast script, string name) =>
        script.Find(ast => ast is TypeDefinitionAst definition && definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: true) is not null;

    /// <summary>
    /// A definition as text. Instances of a class outlive the runspace of the class, so their methods run in the runspace that calls them.
    /// </summary>
    private static ScriptFragment Portable(TypeDefinitionAst definition)
    {
        var fragment = ScriptFragment.Of(definition);
        return definition.IsClass && !definition.Attributes.Any(static attribute => attribute.TypeName.Name.StartsWith("NoRunspaceAffinity", StringComparison.OrdinalIgnoreCase))
            ? fragment with { Text = "[NoRunspaceAffinity()] " + fragment.Text }
            : fragment;
    }
}
